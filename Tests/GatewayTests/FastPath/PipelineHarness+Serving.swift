import Serving
import Telemetry
import TestSupport

@testable import Gateway

extension PipelineHarness {
    /// Returns the pipeline with another reporter than that of the harness; nil stands for one without access
    /// lines.
    func pipeline(reportingTo reporter: RequestReporter?) -> Pipeline {
        Pipeline(
            currentRuntime: currentRuntime,
            recordsCache: recordsCache,
            metadataCache: metadataCache,
            admission: admission,
            reporter: reporter ?? RequestReporter(metrics: metrics, writer: nil),
            clock: clock.gatewayClock
        )
    }

    /// Runs `body` with a server on one event loop, and then ends the server, after an error too.
    static func serve(
        _ responder: any Responder,
        drain: Duration = .zero,
        _ body: (HTTPServer) async throws -> Void
    ) async throws {
        let loops = EventLoops(workers: 1)
        // A busy machine may keep a connection waiting.
        var timeouts = ServerTimeouts()
        (timeouts.silent, timeouts.head) = (.seconds(300), .seconds(300))
        let server = try await HTTPServer.start(
            ServerConfiguration(address: .tcp(host: "127.0.0.1", port: 0), loops: loops, timeouts: timeouts),
            responder: responder
        )
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(server))
        } catch {
            result = .failure(error)
        }
        await server.drain(timeout: drain)
        await loops.shutdown()
        try result.get()
    }
}

extension RawResponse {
    /// The lines of the head, without the value of the `Date` field.
    var lines: [String] {
        head.split(separator: "\r\n").map { $0.hasPrefix("date: ") ? "date" : String($0) }
    }
}
