import Gateway
import HTTPTypes
import Messages
import Serving
import Telemetry
import TestSupport
import Testing

/// The four places in which an operator finds the reason of a failure.
struct Traces {
    private let gateway: RunningGateway

    init(of gateway: RunningGateway) { self.gateway = gateway }

    /// Expects the reason in the log, the access line, the metric and `/status`.
    ///
    /// - Parameter facts: Parts of the warning beside its reason.
    func expect(_ reason: FailureReason, saying facts: [String] = []) async throws {
        try await expectLine(["upstream request failed", "\"reason\":\"\(reason.rawValue)\""] + facts)
        try await expectLine(["\"http.route\"", "\"syncgate.reason\":\"\(reason.rawValue)\""])
        let metrics = try await gateway.admin("/metrics")?.text ?? ""
        let series = "syncgate_upstream_failures_total{reason=\"\(reason.rawValue)\"}"
        let line = metrics.split(separator: "\n").first { $0.hasPrefix(series) } ?? ""
        #expect(line.split(separator: " ").last.flatMap { Int($0) } ?? 0 > 0, "\(line)")
        let status = try await gateway.admin("/status")?.text ?? ""
        #expect(status.contains("\"reason\" : \"\(reason.rawValue)\""), "\(status)")
    }

    func expectLine(_ parts: String...) async throws { try await expectLine(parts) }

    private func expectLine(_ parts: [String]) async throws {
        do {
            try await eventually("a line with \(parts)", within: .seconds(5)) {
                gateway.lines.contains { line in parts.allSatisfy(line.contains) }
            }
        } catch {
            Issue.record("no line with \(parts) in:\n\(gateway.log.joined())")
        }
    }
}

extension RunningGateway {
    /// The lines of the log, one by one.
    var lines: [Substring] { log.flatMap { $0.split(separator: "\n") } }
}

/// A responder that is never asked anything.
struct RefusingResponder: Responder {
    func respond(to request: Request, from caller: Caller) -> PendingResponse {
        .now(OutgoingResponse(refuse(.overloaded, from: caller)))
    }

    func refuse(_ refusal: Refusal, from caller: Caller) -> Response {
        Response(head: HTTPResponse(status: .serviceUnavailable))
    }
}
