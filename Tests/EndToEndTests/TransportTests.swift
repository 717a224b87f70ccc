import Emulator
import Gateway
import GatewayConfiguration
import Serving
import TestSupport
import Testing

/// TLS on both sides, with certificates made by the openssl command.
@Suite(.enabled(if: OpenSSL.available, "the openssl command is not installed"), .timeLimit(.minutes(1)))
struct TransportTests {
    private func status(_ text: String) -> Int? {
        text.firstMatch(of: /HTTP\/1\.1 (\d{3})/).flatMap { Int($0.1) }
    }

    @Test func aClientCertificateIsTheKeyOfATokenBucket() async throws {
        let openssl = try OpenSSL()
        let secured: (inout Configuration) -> Void = {
            $0.listen.tls.certificateFile = openssl.path("server.pem")
            $0.listen.tls.keyFile = openssl.path("server.key")
            $0.listen.tls.clientCAFile = openssl.path("ca.pem")
            $0.throttle.caller.key = .caller
            ($0.throttle.caller.rate, $0.throttle.caller.burst) = (1, 2)
            $0.cache.fresh = .seconds(3600)
        }
        let request = Demo.get(Demo.dataset() + "/records", "Connection: close\r\n")
        try await withEmulator { emulator in
            try await withGateway(emulator.endpoint, configured: secured) { gateway in
                func ask(_ name: String) async throws -> Int? {
                    let shown = ["-cert", openssl.path("\(name).pem"), "-key", openssl.path("\(name).key")]
                    return try await status(openssl.ask(port: gateway.port, shown, request: request))
                }
                #expect(try await ask("stranger") == nil)
                // The bucket has two tokens, and one more for each second that the callers take.
                var statuses: [Int?] = []
                for _ in 0..<12 where !statuses.contains(429) { statuses.append(try await ask("spiffe")) }
                #expect(statuses.prefix(2) == [200, 200])
                #expect(statuses.last == 429)
                #expect(try await ask("plain") == 200, "another certificate, another bucket")
                #expect(emulator.statistics.requests == 1)
            }
        }
    }

    @Test func upstreamIsTrustedOnlyThroughTheConfiguredAuthority() async throws {
        let openssl = try OpenSSL()
        let loops = EventLoops(workers: 1)
        let files = TLSFiles(certificateFile: openssl.path("server.pem"), keyFile: openssl.path("server.key"))
        let responder = EmulatorResponder(options: EmulatorOptions(), now: { wallClock() })
        let upstream = try await HTTPServer.start(
            ServerConfiguration(address: .tcp(host: "127.0.0.1", port: 0), loops: loops, tls: files),
            responder: responder
        )
        let url = "https://127.0.0.1:\(upstream.boundPort)"
        let records = Demo.dataset() + "/records"
        for authority in ["ca.pem", "other.pem", nil] {
            let response = try await withGateway(
                url,
                configured: { $0.upstream.caFile = authority.map(openssl.path) },
                { try await $0.get(records) }
            )
            #expect(response?.status == (authority == "ca.pem" ? 200 : 502), "\(authority ?? "the system's")")
        }
        #expect(responder.statistics.requests == 1)
        await upstream.drain(timeout: .zero)
        await loops.shutdown()
    }
}
