import Serving
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Gateway

/// A gateway with a scripted upstream on one event loop, and one connection to it.
final class FastPathHarness: Sendable {
    let harness: PipelineHarness
    let responder: CountingResponder
    private let server: HTTPServer
    private let connection: Mutex<RawConnection>

    private init(harness: PipelineHarness, responder: CountingResponder, server: HTTPServer) throws {
        self.harness = harness
        self.responder = responder
        self.server = server
        connection = Mutex(try RawConnection(port: server.boundPort))
    }

    static func run(
        _ harness: PipelineHarness,
        reporter: RequestReporter? = nil,
        takesPlain: Bool = true,
        _ body: (FastPathHarness) async throws -> Void
    ) async throws {
        var responder = CountingResponder(pipeline: harness.pipeline(reportingTo: reporter))
        responder.takesPlain = takesPlain
        try await PipelineHarness.serve(responder) { server in
            try await body(FastPathHarness(harness: harness, responder: responder, server: server))
        }
    }

    var port: Int { server.boundPort }

    /// Sends a GET; `regular` adds a field that the recogniser does not know, which leads to the regular
    /// path.
    func get(
        _ path: String = PipelineHarness.records,
        regular: Bool = false,
        id: String? = "id-1",
        credential: String? = nil
    ) async throws -> RawResponse {
        let fields =
            (id.map { "X-Request-Id: \($0)\r\n" } ?? "") + (credential.map { "\($0)\r\n" } ?? "")
            + (regular ? "X-Unknown: 1\r\n" : "")
        return try await send("GET \(path) HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\(fields)\r\n")
    }

    func send(_ text: String, method: String = "GET") async throws -> RawResponse {
        try await offPool {
            try self.connection.withLock { connection in
                try connection.send(text)
                let bytes = connection.read(responses: 1, methods: [method], within: .seconds(120)).bytes
                let responses = RawResponse.parse(bytes, methods: [method])
                guard let response = responses.first else { throw NoResponse() }
                return response
            }
        }
    }

    /// Fetches a page, so that later requests for the same target take the fast path.
    func warm(_ path: String = PipelineHarness.records) async throws {
        _ = try await get(path)
        #expect(responder.count.value == 0)
    }

    /// Runs `body` and returns the number of its requests that took the fast path.
    func hits(_ body: () async throws -> Void) async throws -> Int {
        let before = responder.count.value
        try await body()
        return responder.count.value - before
    }
}

struct NoResponse: Error {}
