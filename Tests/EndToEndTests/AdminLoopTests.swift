import Dispatch
import Foundation
import GatewayConfiguration
import HTTPTypes
import Messages
import Serving
import TestSupport
import Testing

@testable import Gateway

/// A responder that blocks its event loop until the test signals `go`.
private struct BlockingResponder: Responder {
    let begun = DispatchSemaphore(value: 0)
    let go = DispatchSemaphore(value: 0)

    func respond(to request: Request, from caller: Caller) -> PendingResponse {
        begun.signal()
        go.wait()
        return .now(OutgoingResponse(refuse(.overloaded, from: caller)))
    }

    func refuse(_ refusal: Refusal, from caller: Caller) -> Response {
        Response(head: HTTPResponse(status: .serviceUnavailable))
    }
}

/// The admin listener while callers keep every event loop busy.
struct AdminLoopTests {
    @Test func theAdminListenerRespondsWhileTheCallersWait() async throws {
        try await withGateway("http://127.0.0.1:9", configured: { $0.workers = 1 }) { gateway in
            let blocking = BlockingResponder()
            defer { blocking.go.signal() }
            let listener = ServerConfiguration(
                address: .tcp(host: "127.0.0.1", port: 0),
                loops: gateway.service.loops
            )
            let server = try await HTTPServer.start(listener, responder: blocking)
            async let blocked = Self.ask(server.boundPort, "/")
            await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    blocking.begun.wait()
                    continuation.resume()
                }
            }
            for target in ["/livez", "/metrics"] {
                let response = try await Self.ask(gateway.service.adminPort, target)
                #expect(response?.status == 200)
            }
            blocking.go.signal()
            #expect(try await blocked?.status == 503)
            await server.drain(timeout: .zero)
        }
    }

    private static func ask(_ port: Int, _ target: String) async throws -> RawResponse? {
        try await offPool {
            try RawConnection(port: port).roundTrip(
                "GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n",
                within: .seconds(60)
            ).first
        }
    }
}
