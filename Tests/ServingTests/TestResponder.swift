import HTTPTypes
import Messages
import Serving
import Synchronization

/// A responder that calls a closure, records the requests, and refuses with the name of the refusal.
final class TestResponder: Responder {
    let seen = Mutex<[Request]>([])
    private let body: @Sendable (Request, Caller) -> PendingResponse

    init(
        _ body: @escaping @Sendable (Request, Caller) -> PendingResponse = { request, _ in .now(.text("ok"))
        }
    ) {
        self.body = body
    }

    var requests: [Request] { seen.withLock { $0 } }

    func respond(to request: Request, from caller: Caller) -> PendingResponse {
        seen.withLock { $0.append(request) }
        return body(request, caller)
    }

    func refuse(_ refusal: Refusal, from caller: Caller) -> Response {
        let code =
            switch refusal {
            case .malformed, .badTarget, .unexpectedBody, .plainHTTP, .badProxyHeader, .noProxyHeader,
                .untrustedProxy, .forwardedConflict:
                400
            case .targetTooLong: 414
            case .headTooLarge: 431
            case .bodyTooLarge: 413
            case .methodNotAllowed: 405
            case .expectationFailed: 417
            case .unknownTransferCoding: 501
            case .versionNotSupported: 505
            case .tooSlow: 408
            case .overloaded, .outOfBytes, .draining: 503
            }
        return Response(head: HTTPResponse(status: .init(code: code)), body: [UInt8]("\(refusal)".utf8))
    }
}

extension OutgoingResponse {
    static func text(
        _ text: String,
        status: HTTPResponse.Status = .ok,
        delivery: Delivery = .whole
    ) -> OutgoingResponse {
        OutgoingResponse(
            Response(head: HTTPResponse(status: status), body: [UInt8](text.utf8)),
            delivery: delivery
        )
    }
}

/// Runs `body` beside a server on a port that the system chooses, and always ends the server.
func withServer<Value: Sendable>(
    _ responder: any Responder,
    limits: ServerLimits = ServerLimits(),
    timeouts: ServerTimeouts = ServerTimeouts(),
    tls: TLSFiles? = nil,
    hops: HopPolicy? = nil,
    healthPath: String? = nil,
    workers: Int = 2,
    _ body: (HTTPServer) async throws -> Value
) async throws -> Value {
    let loops = EventLoops(workers: workers)
    let address = ListenAddress.tcp(host: "127.0.0.1", port: 0)
    var configuration = ServerConfiguration(
        address: address,
        loops: loops,
        tls: tls,
        limits: limits,
        timeouts: timeouts
    )
    configuration.hops = hops
    configuration.healthPath = healthPath
    let server = try await HTTPServer.start(configuration, responder: responder)
    let result: Result<Value, any Error>
    do {
        result = .success(try await body(server))
    } catch {
        result = .failure(error)
    }
    await server.drain(timeout: .zero)
    await loops.shutdown()
    return try result.get()
}
