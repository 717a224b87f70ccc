import HTTPTypes
import Messages
import Serving
import TestSupport
import Testing

/// The path by which load balancers ask whether requests are served.
@Suite(.timeLimit(.minutes(1)))
struct HealthPathTests {
    @Test(arguments: [
        ("GET /healthz HTTP/1.1\r\nHost: 10.0.0.1\r\n\r\n", "ready"),
        (
            "GET /healthz HTTP/1.1\r\nHost: 10.0.0.1\r\nUser-Agent: ELB-HealthChecker/2.0\r\nAccept-Charset: a\r\n\r\n",
            "ready"
        ),
        ("GET /healthz HTTP/1.0\r\n\r\n", "ready"),
        ("HEAD /healthz HTTP/1.1\r\nHost: h\r\n\r\n", ""),
        ("GET /healthz?a=b HTTP/1.1\r\nHost: h\r\n\r\n", "request"),
        ("GET /healthz/ HTTP/1.1\r\nHost: h\r\n\r\n", "request"),
        ("GET /Healthz HTTP/1.1\r\nHost: h\r\n\r\n", "request"),
        ("POST /healthz HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", "request"),
    ])
    func onlyTheExactPathIsAHealthCheck(request: String, expected: String) async throws {
        for isOverloaded in [false, true] {
            let responder = HealthResponder(isOverloaded: isOverloaded)
            try await withServer(responder, healthPath: "/healthz") { server in
                let port = server.boundPort
                let response = try await offPool { () -> RawResponse? in
                    let connection = try RawConnection(port: port)
                    try connection.send(request)
                    let methods = [String(request.prefix { $0 != " " })]
                    return RawResponse.parse(
                        connection.read(responses: 1, methods: methods).bytes,
                        methods: methods
                    ).first
                }
                // A plain GET that is none is shed before it is decoded.
                if expected != "request" || !isOverloaded { #expect(response?.text == expected) }
                #expect(response?.status == 200)
            }
        }
    }

    @Test func withoutAPathThereIsNone() async throws {
        try await withServer(HealthResponder()) { server in
            let port = server.boundPort
            let text = "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"
            let response = try await offPool { try RawConnection(port: port).roundTrip(text).first }
            #expect(response?.text == "request")
        }
    }
}

/// A responder that tells health checks from requests, and sheds plain GETs if it is overloaded.
private struct HealthResponder: Responder {
    var isOverloaded = false
    var isFull: Bool { isOverloaded }

    func respond(to request: Request, from caller: Caller) -> PendingResponse { .now(.text("request")) }

    func shed(_ request: FastPathRequest, from caller: Caller, into response: inout ResponseBuffer) -> Bool {
        isOverloaded && response.writeFast(OutgoingResponse.text("shed").response)
    }

    func refuse(_ refusal: Refusal, from caller: Caller) -> Response {
        OutgoingResponse.text("\(refusal)", status: .badRequest).response
    }

    func health(from caller: Caller) -> Response { OutgoingResponse.text("ready").response }
}
