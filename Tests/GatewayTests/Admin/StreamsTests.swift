import CognitoSync
import HTTPTypes
import Messages
import Policy
import Synchronization
import Testing

@testable import Gateway

@Suite struct StreamsTests {
    private static let token = "abcdef0123456789"
    private static let fields: HTTPFields = [.authorization: "Bearer \(token)"]

    private func event(_ dataset: String, _ count: Int) -> String {
        #"{"identityPoolId":"r:0","identityId":"r:1","datasetName":"\#(dataset)","operation":"replace","#
            + #""kinesisSyncRecords":[{"key":"k","value":"v","syncCount":\#(count),"op":"replace"}],"syncCount":\#(count)}"#
    }

    private func kinesis(_ events: [String]) -> String {
        let records = events.map {
            #"{"kinesis":{"data":"\#(Base64.encode(Array($0.utf8)))"},"eventID":"s:1"}"#
        }
        return #"{"Records":[\#(records.joined(separator: ","))]}"#
    }

    @Test func eachEventIsAppliedInItsOrder() async {
        let events = [event("a", 1), event("b", 7), event("a", 2)]
        for body in [kinesis(events), "[\(events.joined(separator: ","))]"] {
            let admin = AdminHarness(streamsToken: Self.token)
            let response = await admin.send(.post, "/streams", Self.fields, body: body)
            #expect(response.head.status == .ok)
            #expect(admin.done.withLock { $0 } == ["streamed a 1", "streamed b 7", "streamed a 2"])
        }
    }

    @Test(arguments: StreamOutcome.allCases) func eachOutcomeIsCounted(outcome: StreamOutcome) throws {
        let batch = try StreamBatch.read(Array("[\(event("a", 1)),{},\(event("b", 1))]".utf8))
        let report = StreamReport(batch) { _ in outcome }
        let counts = [report.merged, report.known, report.doubted, report.unheld]
        #expect(report.received == 3 && report.refused.map(\.index) == [1])
        #expect(counts.reduce(0, +) == 2)
        #expect(counts[StreamOutcome.allCases.firstIndex(of: outcome) ?? 0] == 2)
    }

    @Test func invalidEventsAreNamedAndTheOthersApplied() async {
        let admin = AdminHarness(streamsToken: Self.token)
        let response = await admin.send(
            .post,
            "/streams",
            Self.fields,
            body: kinesis(["x", event("a", 1), #"{"identityPoolId":"r:0"}"#])
        )
        #expect(response.head.status == .ok)
        #expect(response.json?["received"] as? Int == 3 && response.json?["unheld"] as? Int == 1)
        #expect(response.json?["merged"] as? Int == 0 && response.json?["known"] as? Int == 0)
        let refused = response.json?["refused"] as? [[String: Any]]
        #expect(refused?.map { $0["index"] as? Int } == [0, 2])
        #expect(
            refused?.map { $0["reason"] as? String } == [
                "not a JSON object: unexpected character at byte 0", "no valid identityId",
            ]
        )
        #expect(admin.done.withLock { $0 } == ["streamed a 1"])
    }

    @Test(arguments: ["", "x", "1", "[", #"{"Records":["#, "{} {}"]) func aBodyThatIsNotJSONIsRefusedAsAWhole(
        body: String
    ) async {
        let admin = AdminHarness(streamsToken: Self.token)
        let response = await admin.send(.post, "/streams", Self.fields, body: body)
        #expect(response.head.status == .badRequest)
        #expect(response.json?["error"] is String)
        #expect(admin.done.withLock { $0.isEmpty })
    }

    @Test func anEmptyBatchIsAccepted() async {
        let response = await AdminHarness(streamsToken: Self.token).send(
            .post,
            "/streams",
            Self.fields,
            body: #"{"Records":[]}"#
        )
        #expect(response.head.status == .ok && response.json?["received"] as? Int == 0)
        #expect((response.json?["refused"] as? [Any])?.isEmpty == true)
    }

    @Test func anUnknownParameterIsRefused() async {
        let admin = AdminHarness(streamsToken: Self.token)
        #expect(await admin.send(.post, "/streams?dry=1", Self.fields).head.status == .badRequest)
        #expect(admin.done.withLock { $0.isEmpty })
    }
}
