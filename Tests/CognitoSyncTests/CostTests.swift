import CognitoSync
import Messages
import Testing

/// Bodies that are expensive for a parser that reads too deep or too far, or that compares all pairs.
///
/// Each must end within the time limit of the suite, which only a hang or quadratic work exceeds. The cost
/// itself is measured by `Benchmarks/Micro`.
@Suite(.timeLimit(.minutes(1))) struct CostTests {
    private static let size = 1 << 20

    /// Returns whether a body is refused both as a request and as a page.
    private func isRefused(_ body: [UInt8]) -> Bool {
        let request = TestRequests.make("POST", "/identitypools/r:0/identities/r:1/datasets/d", bytes: body)
        return TestRequests.refusal(of: request) != nil && (try? RecordsPage.scan(body)) == nil
    }

    private func repeated(_ text: String) -> [UInt8] {
        Array(String(repeating: text, count: Self.size / text.utf8.count).utf8)
    }

    @Test func deepLongAndUnendedBodiesAreRefused() {
        #expect(isRefused([UInt8](repeating: UInt8(ascii: "["), count: 100_000)))
        #expect(isRefused(repeated(#"{"x":"#)))
        #expect(isRefused(Array(#"{"SyncSessionToken":"#.utf8) + repeated("1")))
    }

    /// The search for duplicate names does not compare all pairs.
    @Test func anObjectWithManyNamesIsAcceptedFromUpstream() {
        let names = (0..<50_000).map { "\"k\($0)\":0" }.joined(separator: ",")
        #expect(JSONConformanceTests.accepts(Array("{\(names)}".utf8), .upstream))
    }

    @Test func anObjectOfARequestHasAtMost64Names() {
        func object(_ count: Int) -> [UInt8] {
            Array("{\((0..<count).map { "\"k\($0)\":0" }.joined(separator: ","))}".utf8)
        }
        #expect(JSONConformanceTests.accepts(object(64)))
        #expect(!JSONConformanceTests.accepts(object(65)))
        #expect(JSONConformanceTests.accepts(object(65), .upstream))
    }

    @Test func skippedValuesAreNotStored() {
        let body = Array("{\"x\":[".utf8) + repeated("1,") + Array("1]}".utf8)
        #expect(JSONConformanceTests.accepts(body))
    }
}
