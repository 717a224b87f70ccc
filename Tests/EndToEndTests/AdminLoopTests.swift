import Dispatch
import Foundation
import HTTPTypes
import Messages
import Serving
import TestSupport
import Testing

@testable import Gateway

/// A responder that keeps its event loop until it is told to go on.
private struct Stuck: Responder {
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

/// The admin listener while the callers keep every event loop busy.
struct AdminLoopTests {
    @Test func isAnsweredWhileNoCallerIs() async throws {
        try await withGateway("http://127.0.0.1:9", configured: { $0.workers = 1 }) { gateway in
            let stuck = Stuck()
            defer { stuck.go.signal() }
            let listener = ServerConfiguration(
                address: .tcp(host: "127.0.0.1", port: 0),
                loops: gateway.service.loops
            )
            let server = try await HTTPServer.start(listener, responder: stuck)
            async let held = Self.ask(server.boundPort, "/")
            await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    stuck.begun.wait()
                    continuation.resume()
                }
            }
            for target in ["/livez", "/metrics"] {
                let answer = try await Self.ask(gateway.service.adminPort, target)
                #expect(answer?.status == 200)
            }
            stuck.go.signal()
            #expect(try await held?.status == 503)
            await server.drain(timeout: .zero)
        }
    }

    private static func ask(_ port: Int, _ target: String) async throws -> RawResponse? {
        try await offPool {
            try RawConnection(port: port).exchange(
                "GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n",
                within: .seconds(60)
            ).first
        }
    }
}
