import Foundation
import Gateway
import Synchronization
import TestSupport
import Testing

/// Broken answers of the origin: what is not whole and well-formed is an error, and nobody ever sees it again.
@Suite(.timeLimit(.minutes(2))) struct UpstreamAnswerTests {
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

    private static func answer(_ body: String) -> [UInt8] {
        [UInt8](
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                .utf8
        )
    }

    private static let page = answer(
        #"{"Count":1,"DatasetExists":true,"DatasetSyncCount":1,"Records":[{"Key":"k","Value":"v","SyncCount":1}]}"#
    )
    private static let updated = answer(#"{"Records":[{"Key":"k","Value":"v","SyncCount":1}]}"#)

    /// An origin that sends what it is told to and closes, or else is well.
    private final class Origin: Sendable {
        private let broken = Mutex<[UInt8]?>(nil)

        func breakWith(_ bytes: [UInt8]?) { broken.withLock { $0 = bytes } }

        func start() throws -> ScriptedUpstream {
            try ScriptedUpstream { received in
                if let bytes = self.broken.withLock({ $0 }) { return [.send(bytes), .close] }
                return [.send(received.requestLine.hasPrefix("POST") ? updated : page)]
            }
        }
    }

    /// What the gateway made of each answer, for a read and for a write.
    private struct Verdict: Sendable {
        var read: RawResponse
        var write: RawResponse
    }

    /// Gives the origin's answers one after the other, each to a read and to a write of a dataset of its own.
    ///
    /// A good read of the same dataset follows each bad one: it must go to the origin again.
    private func replay(_ answers: [[UInt8]]) async throws -> [Verdict] {
        let state = Origin()
        let origin = try state.start()
        defer { origin.stop() }
        let verdicts = try await withGateway(origin.url) { gateway in
            let port = gateway.port
            return try await offPool {
                let client = try RawConnection(port: port)
                return try answers.enumerated().map { number, bytes in
                    let read = Demo.get(Demo.dataset("d\(number)") + "/records")
                    state.breakWith(bytes)
                    let broken = try #require(client.exchange(read).first, "\(number)")
                    state.breakWith(nil)
                    let good = try #require(client.exchange(read).first, "\(number)")
                    #expect(good.status == 200, "\(number)")
                    #expect(good.cacheStatus == "syncgate; fwd=uri-miss; stored", "\(number) was kept")
                    #expect(good.text.contains(#"{"Key":"k","Value":"v","SyncCount":1}"#), "\(number)")
                    state.breakWith(bytes)
                    let write = try #require(client.exchange(Demo.update("d\(number)")).first, "\(number)")
                    state.breakWith(nil)
                    return Verdict(read: broken, write: write)
                }
            }
        }
        let writes = origin.received.map(\.requestLine).filter { $0.hasPrefix("POST") }
        #expect(writes.count == answers.count, "each write was sent once")
        #expect(Set(writes).count == answers.count)
        return verdicts
    }

    private func expectFailure(_ answer: RawResponse, _ name: String) {
        #expect([502, 504].contains(answer.status), "\(name): \(answer.head)")
        #expect(answer.isOwn, "\(name)")
    }

    @Test func anAnswerThatIsCutAtAnyByteIsAnErrorAndIsNotKept() async throws {
        let verdicts = try await replay((0..<Self.page.count).map { [UInt8](Self.page.prefix($0)) })
        for (count, verdict) in verdicts.enumerated() {
            expectFailure(verdict.read, "a read cut after \(count)")
            expectFailure(verdict.write, "a write cut after \(count)")
            #expect(verdict.write.text.contains("the outcome is unknown"))
        }
    }

    @Test func theWholeAnswerIsTaken() async throws {
        let state = Origin()
        let origin = try state.start()
        defer { origin.stop() }
        try await withGateway(origin.url) { gateway in
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
    func whatOthersCollectedIsNeverTakenForAPage(file: String, count: Int) async throws {
        let cases = try Corpora.decode([Case].self, from: file).filter {
            count == 16 || $0.kind == "response"
        }
        #expect(cases.count == count)
        let verdicts = try await replay(cases.map { [UInt8]($0.raw) })
        for (probe, verdict) in zip(cases, verdicts) {
            let shown = "\(probe.id) \(String(decoding: probe.raw, as: UTF8.self).debugDescription)"
            for answer in [verdict.read, verdict.write] where !Self.isErrorOfTheOrigins(probe, answer) {
                expectFailure(answer, shown)
            }
        }
    }

    /// A whole answer with an error's status is one that passes, whatever its body.
    private static func isErrorOfTheOrigins(_ probe: Case, _ answer: RawResponse) -> Bool {
        let words = String(decoding: probe.raw, as: UTF8.self).split(separator: " ", maxSplits: 2)
        guard words.count > 1, let status = Int(words[1].prefix(3)), status >= 400 else { return false }
        return answer.status == status && !answer.isOwn
    }
}
