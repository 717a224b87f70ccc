import Testing

@testable import CognitoSync

/// The search for the end of plain text, many bytes at a time against one byte at a time.
@Suite struct PlainTextTests {
    private func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    @Test(arguments: [UInt8](0...255))
    func aByteIsFoundAtEveryPosition(byte: UInt8) {
        for length in [1, 7, 8, 9, 18, 31, 32, 33, 42, 66] {
            for position in 0..<length {
                var text = [UInt8](repeating: UInt8(ascii: "~"), count: length)
                text[position] = byte
                let differs = (0...length).contains { start in
                    unsafe text.span.bytes.plainText(from: start, to: length)
                        != text[start...].prefix(while: isPlain).count
                }
                #expect(!differs, "at \(position) of \(length)")
            }
        }
    }

    @Test func theFirstOfTwoIsFound() {
        let special: [UInt8] = [0, 0x1F, 0x22, 0x5C, 0x80, 0xFF]
        for first in special {
            for second in special {
                for position in 0..<47 {
                    var text = [UInt8](repeating: UInt8(ascii: " "), count: 48)
                    text[position] = first
                    text[position + 1] = second
                    #expect(unsafe text.span.bytes.plainText(from: 0, to: 48) == position)
                }
            }
        }
    }

    @Test func nothingBehindTheEndIsRead() {
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: 80)
        for end in 0...80 { #expect(unsafe text.span.bytes.plainText(from: 0, to: end) == end) }
    }
}
