import Emulator
import Gateway
import GatewayConfiguration
import Telemetry
import TestSupport
import Testing

/// A gateway that AWS refuses: the check, and what the messages of AWS may not bring into the log.
@Suite(.timeLimit(.minutes(2))) struct RefusedGatewayTests {
    /// A text that stands for a session token or a signature.
    private static let secret = "FwoGZXIvYXdzMARKERSECRETMARKERSECRETMARKERSECRETMARKERSECRET"

    @Test(arguments: [
        (
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. Check your key."
                + "\n\nThe Canonical String for this request should have been\n'GET\nx-amz-security-token:SECRET'"
        ),
        ("ExpiredTokenException", "The security token is expired. x-amz-security-token:SECRET"),
        ("AccessDeniedException", "User: x is not authorized; x-amz-security-token: SECRET Signature=SECRET"),
        ("ThrottlingException", "Rate exceeded for SECRET"),
        ("InternalErrorException", "token SECRET"),
    ])
    func noSecretOfAMessageIsShownAnywhere(name: String, message: String) async throws {
        let text = message.replacing("SECRET", with: Self.secret)
        let body = #"{"__type":"\#(name)","message":"\#(text.replacing("\n", with: "\\n"))"}"#
        let status = name == "InternalErrorException" ? 500 : 403
        let upstream = try ScriptedUpstream(
            response: "HTTP/1.1 \(status) x\r\nContent-Type: application/json\r\nx-amzn-RequestId: r-1\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
        defer { upstream.stop() }
        try await withGateway(upstream.url) { gateway in
            _ = try await gateway.get(Demo.dataset() + "/records")
            try await Traces(of: gateway).expectLine("upstream request failed", name, "r-1")
            let shown = [
                gateway.log.joined(), try await gateway.admin("/status")?.text ?? "",
                try await gateway.admin("/metrics")?.text ?? "", try await gateway.admin("/")?.text ?? "",
                try await gateway.admin("/readyz?verbose")?.text ?? "",
            ]
            for text in shown { #expect(!text.contains("MARKERSECRET"), "\(text)") }
            #expect(shown[1].contains(name))
        }
    }

    @Test func aRefusalOfAllRequestsFailsTheCheckAndNotReadiness() async throws {
        try await withEmulator { emulator in
            try await withGateway(emulator.endpoint) { gateway in
                emulator.addFault(try Fault(parsing: "status=403,name=AccessDeniedException,message=may not"))
                for number in 0..<2 { _ = try await gateway.get(Demo.dataset("d\(number)") + "/records") }
                #expect(try await gateway.admin("/readyz?verbose")?.text.contains("[+]aws\n") == true)
                _ = try await gateway.get(Demo.dataset("d2") + "/records")
                let refused = try await gateway.admin("/readyz?verbose")
                #expect(refused?.status == 200, "the cache still serves")
                let line = "[-]aws refused the last 3 calls; denied: AccessDeniedException: may not\n"
                #expect(refused?.text.contains(line) == true, "\(refused?.text ?? "")")
                let metrics = try await gateway.admin("/metrics")?.text ?? ""
                #expect(metrics.contains("syncgate_ready{check=\"aws\"} 0\n"))
                #expect(metrics.contains("syncgate_ready{check=\"credentials\"} 1\n"))
                emulator.clearFaults()
                #expect(try await gateway.get(Demo.dataset() + "/records")?.status == 200)
                #expect(try await gateway.admin("/readyz?verbose")?.text.contains("[+]aws\n") == true)
            }
        }
    }

    @Test func aLearnedSkewIsLogged() async throws {
        try await withEmulator { emulator in
            emulator.addFault(try Fault(parsing: "skew=10m"))
            try await withGateway(emulator.endpoint) { gateway in
                #expect(try await gateway.get(Demo.dataset() + "/records")?.status == 200)
                try await Traces(of: gateway).expectLine("clock skew learned", "\"skew_seconds\":\"")
            }
        }
    }

    @Test func theStartAndTheCredentialsAreLogged() async throws {
        try await withGateway("http://127.0.0.1:9") { gateway in
            let traces = Traces(of: gateway)
            try await traces.expectLine(
                "\"message\":\"started\"",
                "\"region\":\"us-east-1\"",
                "\"endpoint\":\"http://127.0.0.1:9\"",
                "\"workers\":\"2\"",
                "\"credentials\":\"environment,",
                "\"uid\":\""
            )
            try await traces.expectLine(
                "credentials loaded",
                "\"source\":\"environment\"",
                "\"end\":\"never\""
            )
            for line in gateway.lines { #expect(!line.contains(RunningGateway.secretKey)) }
        }
    }

    @Test func aFailedReloadIsInTheStatus() async throws {
        let problem = ConfigurationProblem(
            location: .standard(key: "limits.body"),
            message: "is odd; write 4MiB"
        )
        try await withGateway(
            "http://127.0.0.1:9",
            reload: { () throws(ConfigurationProblems) in throw ConfigurationProblems(all: [problem]) }
        ) { gateway in
            #expect(try await gateway.admin("/status")?.text.contains("last_reload") == false)
            _ = await gateway.service.reload()
            let status = try await gateway.admin("/status")?.text ?? ""
            #expect(
                status.contains("\"succeeded\" : false") && status.contains("is odd; write 4MiB"),
                "\(status)"
            )
            #expect(try await gateway.admin("/")?.text.contains("is odd; write 4MiB") == true)
        }
    }

    @Test func anUnknownAdminPathListsThePaths() async throws {
        try await withGateway("http://127.0.0.1:9") { gateway in
            let response = try await gateway.admin("/stats")
            #expect(response?.status == 404)
            for page in ["GET /status", "POST /reload", "DELETE /cache", "GET /metrics"] {
                #expect(response?.text.contains("\"\(page)\"") == true)
            }
        }
    }
}
