import Messages
import Testing

/// The byte classes, against lists of their members.
struct UInt8ClassTests {
    private func bytes(where isMember: (UInt8) -> Bool) -> [UInt8] { (UInt8.min ... .max).filter(isMember) }

    @Test func aTokenHasTheBytesOfTheStandard() {
        let letters = "abcdefghijklmnopqrstuvwxyz"
        let expected = "0123456789" + letters + letters.uppercased() + "!#$%&'*+-.^_`|~"
        #expect(bytes(where: \.isTokenByte) == [UInt8](expected.utf8).sorted())
    }

    @Test func aFieldLineForbidsTheControlsButTheTab() {
        #expect(bytes(where: \.isForbiddenControl) == (0..<0x20).filter { $0 != 9 } + [0x7F])
    }

    @Test func theOtherClassesAreRanges() {
        #expect(bytes(where: \.isVisible) == [UInt8](0x21...0x7E))
        #expect(bytes(where: \.isDigit) == [UInt8]("0123456789".utf8))
        #expect(bytes(where: \.isBlank) == [0x09, 0x20])
        #expect([UInt8.tab, .lineFeed, .carriageReturn, .space] == [9, 10, 13, 32])
    }

    @Test func aSetHasItsRangesAndItsTextAndNothingBeyondASCII() {
        let set = ByteSet("a"..."c", and: "-é").adding("0")
        #expect(bytes(where: { set.contains($0) }) == [UInt8]("-0abc".utf8))
        func isSubset(_ text: String) -> Bool { set.containsAll(text.utf8.span) }
        #expect(isSubset("abc-0") && isSubset("") && !isSubset("abd"))
    }
}
