import Foundation
import Gateway
import Synchronization
import TestSupport
import Testing

/// Broken responses from upstream: one that is not whole and well-formed is an error and is not cached.
@Suite(.timeLimit(.minutes(2))) struct UpstreamResponseTests {
    /// A published response, as raw bytes.
    struct Case: Decodable, Sendable {
        var id: String
        var kind: String?
        var raw: Data

        enum CodingKeys: String, CodingKey {
            case id
            case kind
            case raw = "raw_b64"
        }
    }

    private static func response(_ body: String) -> [UInt8] {
        [UInt8](
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                .utf8
        )
    }

    private static let page = response(
        #"{"Count":1,"DatasetExists":true,"DatasetSyncCount":1,"Records":[{"Key":"k","Value":"v","SyncCount":1}]}"#
    )
    private static let updated = response(#"{"Records":[{"Key":"k","Value":"v","SyncCount":1}]}"#)

    /// An upstream that sends given bytes and closes, or good responses if there are none.
    private final class BreakableUpstream: Sendable {
        private let broken = Mutex<[UInt8]?>(nil)

        func breakWith(_ bytes: [UInt8]?) { broken.withLock { $0 = bytes } }

        func start() throws -> ScriptedUpstream {
            try ScriptedUpstream { received in
                if let bytes = self.broken.withLock({ $0 }) { return [.send(bytes), .close] }
                return [.send(received.requestLine.hasPrefix("POST") ? updated : page)]
            }
        }
    }

    /// The responses of the gateway to a read and to a write, for one response from upstream.
    private struct Verdict: Sendable {
        var read: RawResponse
        var write: RawResponse
    }

    /// Sends each response to a read and to a write of a dataset of its own.
    ///
    /// A good read of the same dataset follows each bad one: it must go upstream again.
    private func replay(_ responses: [[UInt8]]) async throws -> [Verdict] {
        let state = BreakableUpstream()
        let upstream = try state.start()
        defer { upstream.stop() }
        let verdicts = try await withGateway(upstream.url) { gateway in
            let port = gateway.port
            return try await offPool {
                let connection = try RawConnection(port: port)
                return try responses.enumerated().map { number, bytes in
                    let read = Demo.get(Demo.dataset("d\(number)") + "/records")
                    state.breakWith(bytes)
                    let broken = try #require(connection.roundTrip(read).first, "\(number)")
                    state.breakWith(nil)
                    let good = try #require(connection.roundTrip(read).first, "\(number)")
                    #expect(good.status == 200, "\(number)")
                    #expect(good.cacheStatus == "syncgate; fwd=uri-miss; stored", "\(number) was cached")
                    #expect(good.text.contains(#"{"Key":"k","Value":"v","SyncCount":1}"#), "\(number)")
                    state.breakWith(bytes)
                    let write = try #require(
                        connection.roundTrip(Demo.update("d\(number)")).first,
                        "\(number)"
                    )
                    state.breakWith(nil)
                    return Verdict(read: broken, write: write)
                }
            }
        }
        let writes = upstream.received.map(\.requestLine).filter { $0.hasPrefix("POST") }
        #expect(writes.count == responses.count, "each write was sent once")
        #expect(Set(writes).count == responses.count)
        return verdicts
    }

    private func expectFailure(_ response: RawResponse, _ name: String) {
        #expect([502, 504].contains(response.status), "\(name): \(response.head)")
        #expect(response.isOwn, "\(name)")
    }

    @Test func aResponseThatIsCutAtAnyByteIsAnErrorAndIsNotCached() async throws {
        let verdicts = try await replay((0..<Self.page.count).map { [UInt8](Self.page.prefix($0)) })
        for (count, verdict) in verdicts.enumerated() {
            expectFailure(verdict.read, "a read cut after \(count)")
            expectFailure(verdict.write, "a write cut after \(count)")
            #expect(verdict.write.text.contains("the outcome is unknown"))
        }
    }

    @Test func aWholeResponseIsAccepted() async throws {
        let state = BreakableUpstream()
        let upstream = try state.start()
        defer { upstream.stop() }
        try await withGateway(upstream.url) { gateway in
            let read = try await gateway.get(Demo.dataset() + "/records")
            #expect(read?.status == 200)
            let write = try await gateway.ask(Demo.update("d"))
            #expect(write?.status == 200)
        }
    }

    @Test(
        .enabled(if: Corpora.available, "the published test data is not beside the project"),
        arguments: [("h1-vtc/upstream-raw-responses.json", 16), ("h1-llhttp/cases.json", 84)]
    )
    func publishedBrokenResponsesAreNeverTakenForAPage(file: String, count: Int) async throws {
        let cases = try Corpora.decode([Case].self, from: file).filter {
            count == 16 || $0.kind == "response"
        }
        #expect(cases.count == count)
        let verdicts = try await replay(cases.map { [UInt8]($0.raw) })
        for (probe, verdict) in zip(cases, verdicts) {
            let shown = "\(probe.id) \(String(decoding: probe.raw, as: UTF8.self).debugDescription)"
            for response in [verdict.read, verdict.write] where !Self.isUpstreamError(probe, response) {
                expectFailure(response, shown)
            }
        }
    }

    /// Returns true for a whole response with the status of an error, which passes with any body.
    private static func isUpstreamError(_ probe: Case, _ response: RawResponse) -> Bool {
        let words = String(decoding: probe.raw, as: UTF8.self).split(separator: " ", maxSplits: 2)
        guard words.count > 1, let status = Int(words[1].prefix(3)), status >= 400 else { return false }
        return response.status == status && !response.isOwn
    }
}
