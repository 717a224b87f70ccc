import Glibc
import HTTPTypes
import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// The threads on which operations are carried out.
@Suite(.timeLimit(.minutes(1))) struct EventLoopTests {
    private final class Threads: Sendable {
        let byMethod = Mutex<[HTTPRequest.Method: Set<pthread_t>]>([:])

        func record(_ method: HTTPRequest.Method) {
            let thread = pthread_self()
            byMethod.withLock { _ = $0[method, default: []].insert(thread) }
        }
    }

    /// A third thread would have to be woken twice for each write.
    @Test func aWriteStaysOnTheEventLoopAsAReadDoes() async throws {
        let threads = Threads()
        let harness = PipelineHarness { received in
            threads.record(received.method)
            await Task.yield()
            threads.record(received.method)
            return received.method == .post ? .updated(2) : .page(1)
        }
        let patch = #"{"Op":"replace","Key":"k","Value":"v","SyncCount":0}"#
        let body = #"{"SyncSessionToken":"token","RecordPatches":[\#(patch)]}"#
        let head =
            "POST \(PipelineHarness.dataset) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)"
        try await FastPathHarness.run(harness) { gateway in
            for _ in 0..<10 {
                _ = try await gateway.get(PipelineHarness.records + "?syncSessionToken=t")
                let response = try await gateway.send("\(head)\r\n\r\n\(body)")
                #expect(response.head.hasPrefix("HTTP/1.1 200 "))
            }
        }
        let found = threads.byMethod.withLock { $0 }
        #expect(found[.get]?.count == 1)
        #expect(found[.post] == found[.get])
    }
}
