import Messages
import Serving
import Testing

/// The reader of PROXY headers, line by line of the table.
struct ProxyHeaderTests {
    static let table = ProxyHeaderCase.lines + ProxyHeaderCase.blocks

    @Test(arguments: table)
    func aHeaderIsReadOrRefused(wanted: ProxyHeaderCase) {
        #expect(Self.find(in: wanted.bytes) == wanted.expected)
    }

    /// The bytes behind a header are those of the caller, whatever they are.
    @Test(arguments: table, ["GET / HTTP/1.1\r\nHost: h\r\n\r\n", "\u{16}\u{3}\u{1}", "\r\n"])
    func whatFollowsBelongsToTheCaller(wanted: ProxyHeaderCase, next: String) {
        guard case .source = wanted.expected else { return }
        let step = ProxyHeader.read((wanted.bytes + Array(next.utf8)).span)
        guard case .whole(let header) = step else {
            Issue.record("\(step)")
            return
        }
        #expect(header.length == wanted.bytes.count)
        #expect(header.source?.description == Self.source(wanted.expected))
    }

    /// The verdict does not depend on the reads: before the last byte of a header there is none.
    @Test(arguments: table)
    func aHeaderMayComeByteByByte(wanted: ProxyHeaderCase) {
        var verdicts: [ProxyHeaderCase.Expectation] = []
        for count in 0...wanted.bytes.count {
            let found = Self.find(in: Array(wanted.bytes.prefix(count)))
            if found != .needMore { verdicts.append(found) }
            if case .source = found { #expect(count == wanted.bytes.count) }
        }
        #expect(Set(verdicts.map { "\($0)" }).count <= 1)
        #expect((verdicts.last ?? .needMore) == wanted.expected)
    }

    /// The check value of RFC 3720 section B.4, and of its 32 bytes of zeros.
    @Test func theChecksumIsThatOfTheRFC() {
        #expect(CRC32C.of(Array("123456789".utf8).span) == 0xE306_9283)
        #expect(CRC32C.of(Block.zeros(32).span) == 0x8A91_36AA)
    }

    private static func find(in bytes: [UInt8]) -> ProxyHeaderCase.Expectation {
        switch ProxyHeader.read(bytes.span) {
        case .needMore: .needMore
        case .absent: .absent
        case .broken(let fault): .broken(fault)
        case .whole(let header): .source(header.source?.description)
        }
    }

    private static func source(_ expected: ProxyHeaderCase.Expectation) -> String? {
        if case .source(let source) = expected { source } else { nil }
    }
}
