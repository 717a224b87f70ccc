import Serving
import TestSupport

@testable import Gateway

extension PipelineHarness {
    /// The pipeline, telling other telemetry than the rig's own.
    func pipeline(telling telemetry: Telemetry?) -> Pipeline {
        Pipeline(
            currentRuntime: currentRuntime,
            reads: reads,
            metadataCache: metadataCache,
            admission: admission,
            telemetry: telemetry ?? Telemetry(metrics: metrics, writer: nil),
            clock: clock.gatewayClock
        )
    }

    /// Runs `body` beside a server on one event loop, and ends the server whatever happens.
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
    /// Line by line, without the second of the clock on the wall.
    var lines: [String] {
        head.split(separator: "\r\n").map { $0.hasPrefix("date: ") ? "date" : String($0) }
    }
}
