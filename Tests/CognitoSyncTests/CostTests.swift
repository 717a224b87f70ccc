import CognitoSync
import Messages
import Testing

/// Bodies that are made to cost: each is done with in a time that even an unoptimised build keeps.
@Suite struct CostTests {
    private static let size = 1 << 20

    private func time(_ body: [UInt8]) -> Duration {
        ContinuousClock().measure {
            _ = TestRequests.refusal(
                of: TestRequests.make("POST", "/identitypools/r:0/identities/r:1/datasets/d", bytes: body)
            )
            _ = try? RecordsPage.scan(body)
        }
    }

    private func repeated(_ text: String) -> [UInt8] {
        Array(String(repeating: text, count: Self.size / text.utf8.count).utf8)
    }

    @Test func whatIsRefusedEarlyCostsNearlyNothing() {
        #expect(time([UInt8](repeating: UInt8(ascii: "["), count: 100_000)) < .seconds(1))
        #expect(time(repeated(#"{"x":"#)) < .seconds(1))
        #expect(time(Array(#"{"SyncSessionToken":"#.utf8) + repeated("1")) < .seconds(4))
    }

    /// Twice the names take twice the time: the search for duplicates does not look at all pairs.
    @Test func manyNamesCostInProportion() {
        func object(_ count: Int) -> [UInt8] {
            Array("{\((0..<count).map { "\"k\($0)\":0" }.joined(separator: ","))}".utf8)
        }
        let few = object(5_000)
        let many = object(50_000)
        let clock = ContinuousClock()
        let short = clock.measure { #expect(JSONConformanceTests.accepts(few)) }
        let long = clock.measure { #expect(JSONConformanceTests.accepts(many)) }
        #expect(long < short * 40)
    }

    @Test func nothingIsKeptOfWhatIsPassedOver() {
        let body = Array("{\"x\":[".utf8) + repeated("1,") + Array("1]}".utf8)
        #expect(JSONConformanceTests.accepts(body))
    }
}
