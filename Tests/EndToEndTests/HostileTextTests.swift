import CognitoSync
import Emulator
import Foundation
import HTTPTypes
import Messages
import TestSupport
import Testing

/// The big list of naughty strings in every parameter.
///
/// Each response is a success or a 4xx, never a 5xx. Upstream sees only canonical requests.
@Suite(
    .enabled(if: Corpora.available, "the published test data is not beside the project"),
    .timeLimit(.minutes(2))
)
struct HostileTextTests {
    /// Percent-encodes every byte.
    private static func escape(_ text: String) -> String {
        text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Returns a text as a JSON string.
    private static func quote(_ text: String) throws -> String {
        let array = try JSONSerialization.data(withJSONObject: [text])
        return String(decoding: array.dropFirst().dropLast(), as: UTF8.self)
    }

    /// Returns requests that have the text in each place of a parameter.
    private static func requests(_ text: String) throws -> [String] {
        let (raw, quoted) = (escape(text), try quote(text))
        let (pool, identity, dataset) = (DemoData.pool, Demo.identity, Demo.dataset())
        let patch = #"{"Op":"replace","Key":\#(quoted),"Value":\#(quoted),"SyncCount":0}"#
        let odd = #"{"Op":\#(quoted),"Key":"k","SyncCount":\#(quoted),"DeviceLastModifiedDate":\#(quoted)}"#
        let target = "X-Amz-Target: AWSCognitoSyncService.ListRecords\r\n"
        return [
            Demo.get("/identitypools/\(raw)"), Demo.get("/identitypools/\(pool)/identities/\(raw)"),
            Demo.get(Demo.dataset(raw)), Demo.get("/\(raw)"),
            Demo.get(identity + "/datasets?maxResults=\(raw)&nextToken=\(raw)"),
            Demo.get(dataset + "/records?lastSyncCount=\(raw)"),
            Demo.get(dataset + "/records?nextToken=\(raw)"),
            Demo.get(dataset + "/records?syncSessionToken=\(raw)"), Demo.get(dataset + "/records?\(raw)=1"),
            Demo.post(dataset + "/subscriptions/\(raw)", ""),
            Demo.post(
                "/identitypools/\(pool)/identity/\(DemoData.identity)/device",
                #"{"Platform":\#(quoted),"Token":\#(quoted)}"#
            ),
            Demo.post("/identitypools/\(pool)/events", #"{"Events":{\#(quoted):\#(quoted)}}"#),
            Demo.post(
                Demo.dataset("naughty"),
                #"{"SyncSessionToken":\#(quoted),"RecordPatches":[\#(patch)]}"#
            ),
            Demo.post(
                Demo.dataset("naughty"),
                #"{"SyncSessionToken":"t","DeviceId":\#(quoted),"RecordPatches":[\#(odd)]}"#
            ),
            Demo.post(
                "/",
                #"{"IdentityPoolId":\#(quoted),"IdentityId":\#(quoted),"DatasetName":\#(quoted)}"#,
                target
            ),
            Demo.post("/", #"{"Operation":\#(quoted),"Input":{}}"#),
            Demo.post(Demo.dataset("naughty"), text),
        ]
    }

    @Test func noNaughtyStringCausesAServerError() async throws {
        let texts = try Corpora.decode([String].self, from: "blns/blns.json")
        #expect(texts.count == 515)
        try await withEmulator({ $0.requestLogEntries = 20_000 }) { emulator in
            try await withGateway(emulator.endpoint) { gateway in
                let port = gateway.port
                try await inParallel(Array(texts.enumerated())) { number, text in
                    let connection = try RawConnection(port: port)
                    for (place, request) in try Self.requests(text).enumerated() {
                        let response = try #require(
                            connection.roundTrip(request).first,
                            "\(number) at \(place)"
                        )
                        #expect(
                            (200..<500).contains(response.status),
                            "\(number) at \(place): \(response.text)"
                        )
                    }
                }
                let seen = emulator.requests
                #expect(emulator.statistics.requests == Int64(seen.count))
                #expect(seen.count > 500, "some of it is allowed")
                for arrival in seen {
                    let canonical = try RequestDecoder.decode(arrival.request).operation.request()
                    #expect(arrival.request.head.path == canonical.head.path)
                    #expect(arrival.request.head.method == canonical.head.method)
                }
                let statuses = seen.map { $0.status ?? 0 }
                #expect(statuses.allSatisfy { (200..<500).contains($0) })
            }
        }
    }
}
