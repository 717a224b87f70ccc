import Emulator
import Gateway
import GatewayConfiguration
import Telemetry
import TestSupport
import Testing

/// The pacing toward AWS after a 429 of the emulator.
@Suite(.timeLimit(.minutes(2))) struct PacingTests {
    private func storm(_ gateway: RunningGateway, reads: Int) async throws -> [RawResponse?] {
        try await withThrowingTaskGroup(of: RawResponse?.self) { group in
            for number in 0..<reads {
                group.addTask { try await gateway.get(Demo.dataset("d\(number)") + "/records") }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func aThrottlingOfAWSSlowsTheNextRequestsDown() async throws {
        try await withEmulator { emulator in
            try await withGateway(emulator.endpoint, configured: { $0.upstream.timeouts.total = .seconds(4) })
            {
                gateway in
                emulator.addFault(try Fault(parsing: "status=429"))
                let throttled = try await gateway.get(Demo.dataset() + "/records")
                #expect(throttled?.status == 429 && throttled?.isOwn == false)
                emulator.clearFaults()
                let before = emulator.statistics
                let responses = try await storm(gateway, reads: 30)
                let refused = responses.filter { $0?.status == 429 }
                // At half a request in a second, few of them can go within their deadline.
                #expect(refused.count > 15, "\(refused.count) of 30")
                #expect(refused.allSatisfy { $0?.isOwn == true && $0?["retry-after"] != nil })
                #expect(refused.allSatisfy { $0?["ratelimit-policy"]?.hasPrefix("\"aws\";q=") == true })
                #expect(responses.contains { $0?.status == 200 }, "the first ones waited and went")
                #expect(emulator.statistics != before)
                let metrics = try await gateway.admin("/metrics")?.text ?? ""
                #expect(metrics.contains("syncgate_upstream_pacing_rate{class=\"data\"} "))
                #expect(
                    metrics.contains("syncgate_upstream_paced_total{class=\"data\",outcome=\"refused\"} ")
                )
                let status = try await gateway.admin("/status")?.text ?? ""
                #expect(status.contains("\"operation_class\" : \"data\""))
                try await Traces(of: gateway).expect(.throttled)
            }
        }
    }

    @Test func withoutPacingEveryRequestGoes() async throws {
        try await withEmulator { emulator in
            try await withGateway(emulator.endpoint, configured: { $0.upstream.pacing = .off }) { gateway in
                emulator.addFault(try Fault(parsing: "status=429,times=1"))
                _ = try await gateway.get(Demo.dataset() + "/records")
                let responses = try await storm(gateway, reads: 30)
                #expect(responses.allSatisfy { $0?.status == 200 })
            }
        }
    }
}
