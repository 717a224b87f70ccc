import CredentialSources
import Emulator
import Gateway
import GatewayConfiguration
import Serving
import SigV4
import Telemetry
import TestSupport
import Testing

/// A failure of each reason, provoked for real and found in the log, the access line, the metric and `/status`.
@Suite(.timeLimit(.minutes(2))) struct FailureReasonTests {
    private static let read = Demo.dataset() + "/records"

    /// Provokes a failure by one read, and looks for its reason everywhere.
    private func expect(
        _ reason: FailureReason,
        _ status: Int,
        from upstream: String,
        saying facts: [String] = [],
        credentials: any CredentialsSource = FixedCredentials(.demo),
        configured configure: (inout Configuration) -> Void = { _ in }
    ) async throws {
        try await withGateway(upstream, configured: configure, credentials: credentials) { gateway in
            let response = try #require(try await gateway.get(Self.read))
            #expect(response.status == status, "\(response.head)")
            try await Traces(of: gateway).expect(reason, saying: facts)
        }
    }

    @Test func aNameThatDoesNotResolve() async throws {
        try await expect(.dns, 502, from: "http://no-such-host.invalid:1", saying: ["no-such-host.invalid"]) {
            $0.upstream.timeouts.connect = .seconds(5)
        }
    }

    @Test func aPortThatNobodyListensTo() async throws {
        let upstream = try ScriptedUpstream(response: "")
        upstream.stop()
        try await expect(
            .refused,
            502,
            from: upstream.url,
            saying: ["127.0.0.1:\(upstream.port)", "\"libcurl\":\"7\"", "\"errno\":\"111\"", "not_sent"]
        )
    }

    @Test(.enabled(if: OpenSSL.available, "openssl is not installed"))
    func aCertificateThatNobodyVouchesFor() async throws {
        let certificates = try OpenSSL()
        let loops = EventLoops(workers: 1)
        var configuration = ServerConfiguration(address: .tcp(host: "127.0.0.1", port: 0), loops: loops)
        configuration.tls = TLSFiles(
            certificateFile: certificates.path("server.pem"),
            keyFile: certificates.path("server.key"),
            clientCAFile: nil
        )
        let server = try await HTTPServer.start(configuration, responder: RefusingResponder())
        try await expect(
            .tls,
            502,
            from: "https://127.0.0.1:\(server.boundPort)",
            saying: ["certificate", "127.0.0.1:\(server.boundPort)"]
        ) { $0.upstream.timeouts.connect = .seconds(20) }
        await server.drain(timeout: .zero)
        await loops.shutdown()
    }

    @Test func aConnectionThatIsReset() async throws {
        let upstream = try ScriptedUpstream { _ in [.reset] }
        defer { upstream.stop() }
        try await expect(.reset, 502, from: upstream.url, saying: ["127.0.0.1:\(upstream.port)", "\"sent\""])
    }

    @Test func aHandshakeThatNobodyGoesOnWith() async throws {
        let upstream = try ScriptedUpstream(greeting: [.stall]) { _ in [] }
        defer { upstream.stop() }
        try await expect(
            .timeoutConnect,
            504,
            from: "https://127.0.0.1:\(upstream.port)",
            saying: ["127.0.0.1:\(upstream.port)"]
        ) { $0.upstream.timeouts.connect = .milliseconds(200) }
    }

    @Test func anUpstreamThatIsSilent() async throws {
        let upstream = try ScriptedUpstream { _ in [.stall] }
        defer { upstream.stop() }
        try await expect(.timeoutFirstByte, 504, from: upstream.url) {
            $0.upstream.timeouts.firstByte = .milliseconds(200)
        }
    }

    @Test func anUpstreamThatDoesNotComeToAnEnd() async throws {
        let head = [UInt8]("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".utf8)
        let upstream = try ScriptedUpstream { _ in
            [.send(head), .drip([UInt8](repeating: 0x20, count: 1000), milliseconds: 20)]
        }
        defer { upstream.stop() }
        try await expect(.timeoutTotal, 504, from: upstream.url, saying: ["partly_received"]) {
            $0.upstream.timeouts.total = .milliseconds(700)
        }
    }

    @Test func bytesThatAreNoResponse() async throws {
        let upstream = try ScriptedUpstream { _ in [.send("SMTP ready\r\n\r\n"), .close] }
        defer { upstream.stop() }
        try await expect(.malformed, 502, from: upstream.url)
    }

    @Test func moreRequestsThanConnections() async throws {
        let gate = Gate()
        let upstream = try ScriptedUpstream { _ in
            [.wait(gate), .send("HTTP/1.1 500 x\r\nContent-Length: 0\r\n\r\n")]
        }
        defer { upstream.stop() }
        try await withGateway(upstream.url) {
            ($0.upstream.connections, $0.upstream.queue) = (1, 0)
        } _: { gateway in
            async let first = gateway.get(Demo.dataset("a") + "/records")
            #expect(await upstream.waitUntil { !$0.received.isEmpty })
            let second = try await gateway.get(Demo.dataset("b") + "/records")
            #expect(second?.status == 503)
            gate.open()
            _ = try await first
            try await Traces(of: gateway).expect(.queue, saying: ["upstream.queue", "ListRecords"])
        }
    }

    @Test func aCircuitThatIsOpen() async throws {
        let upstream = try ScriptedUpstream(response: "")
        upstream.stop()
        try await withGateway(upstream.url) { gateway in
            for number in 0..<40 { _ = try await gateway.get(Demo.dataset("d\(number)") + "/records") }
            let traces = Traces(of: gateway)
            try await traces.expect(.circuit)
            try await traces.expectLine("circuit opened", "\"reason\":\"refused\"")
            let ready = try await gateway.admin("/readyz?verbose")
            #expect(ready?.status == 503)
            #expect(
                ready?.text.contains("[-]upstream circuit is open; refused: ") == true,
                "\(ready?.text ?? "")"
            )
            let metrics = try await gateway.admin("/metrics")?.text ?? ""
            #expect(metrics.contains("syncgate_circuit_state{state=\"open\"} 1\n"))
            #expect(metrics.contains("syncgate_ready{check=\"upstream\"} 0\n"))
        }
    }

    @Test func credentialsThatCannotBeLoaded() async throws {
        try await expect(
            .noCredentials,
            503,
            from: "http://127.0.0.1:9",
            saying: ["the file is gone"],
            credentials: FailingCredentials()
        )
    }

    @Test(arguments: [
        (FailureReason.denied, "status=403,name=AccessDeniedException,message=User x may not", 502),
        (.badSignature, "status=403,name=InvalidSignatureException", 502),
        (.expired, "credentials=expired", 502),
        (.throttled, "status=429", 429),
    ])
    func aRefusalOfAWS(reason: FailureReason, fault: String, status: Int) async throws {
        try await withEmulator { emulator in
            emulator.addFault(try Fault(parsing: fault))
            try await expect(
                reason,
                status,
                from: emulator.endpoint,
                saying: ["\"aws.request_id\"", "Exception"]
            )
        }
    }
}

/// A source whose file has disappeared.
private struct FailingCredentials: CredentialsSource {
    let name = CredentialsSourceName.profile

    func load() async throws(CredentialsError) -> Credentials? {
        throw CredentialsError(.profile, "the file is gone")
    }
}
