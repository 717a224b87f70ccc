internal import CognitoSync
internal import HTTPTypes
package import Messages
internal import Policy
package import Serving
package import Telemetry

/// The responder of the admin listener: health, metrics, status, purge, reload, drain, stream events,
/// explanations.
///
/// No request of a caller comes through here, so clarity goes before speed.
package struct AdminResponder: Responder {
    private let access: CurrentAccess
    private let handshakes: HandshakeNotices?
    private let actions: AdminActions
    private let metrics: Metrics

    package init(access: AdminGuard, actions: AdminActions, metrics: Metrics) {
        self.init(access: CurrentAccess(access), actions: actions, metrics: metrics, handshakes: nil)
    }

    init(access: CurrentAccess, actions: AdminActions, metrics: Metrics, handshakes: HandshakeNotices?) {
        self.access = access
        self.handshakes = handshakes
        self.actions = actions
        self.metrics = metrics
    }

    package func respond(to request: Request, from caller: Caller) -> PendingResponse {
        do throws(AdminError) {
            let access = access.value
            try access.checkHost(request)
            let adminRequest = try AdminRequest(request)
            try access.checkAccess(request, adminRequest.need)
            switch adminRequest {
            case .reload: return .later { [actions] in OutgoingResponse(.reloaded(await actions.reload())) }
            // The body may have megabytes: an event loop has no time to read them.
            case .streams: return .later { [self] in OutgoingResponse(applyStream(request.body)) }
            default: break
            }
            var response = response(to: adminRequest)
            if request.head.method == .head { response.body = [] }
            return .now(OutgoingResponse(response))
        } catch {
            return .now(OutgoingResponse(.refusal(error)))
        }
    }

    package func handshakeFailed(_ outcome: HandshakeOutcome, from caller: Caller, detail: String) {
        handshakes?.record(outcome, from: caller, detail: detail)
    }

    package func refuse(_ refusal: Refusal, from caller: Caller) -> Response {
        .json(.init(code: refusal.status), AdminMessage(error: refusal.rawValue))
    }

    private func response(to request: AdminRequest) -> Response {
        switch request {
        case .page: .html(StatusPage(status: status, checks: actions.checks()).text)
        case .liveness: .plain(.ok, "ok\n")
        case .readiness(let verbose): readiness(verbose: verbose)
        case .metrics: .text(metrics.exposition(), type: "text/plain; version=0.0.4; charset=utf-8")
        case .status: .json(.ok, status)
        case .purge(let scope): .json(.ok, PurgeResponse(removed: actions.purge(scope)))
        case .drain: drain()
        case .explain(let request): explain(request)
        // Both have tasks of their own.
        case .reload, .streams: .json(.accepted, AdminMessage(status: "accepted"))
        }
    }

    private func explain(_ request: ListRecords) -> Response {
        guard let explanation = actions.explain(request) else {
            return .json(.serviceUnavailable, AdminMessage(error: "ending"))
        }
        return .json(.ok, ExplanationReport(explanation, of: request))
    }

    private func applyStream(_ body: [UInt8]) -> Response {
        do throws(StreamBatch.Fault) {
            return .json(.ok, StreamReport(try StreamBatch.read(body), apply: actions.streamed))
        } catch {
            return .refusal(AdminError(error))
        }
    }

    private var status: StatusReport {
        StatusReport(facts: actions.facts(), gauges: metrics.currentGauges, build: metrics.build)
    }

    private func readiness(verbose: Bool) -> Response {
        let checks = actions.checks()
        let isReady = checks.allSatisfy { $0.isPassing || $0.isAdvisory }
        // The detail of a check may quote a server. It must not forge a line of its own.
        var lines =
            verbose
            ? checks.map {
                "[\($0.isPassing ? "+" : "-")]\($0.name)\($0.detail.map { " " + StatusPage.oneLine($0) } ?? "")"
            } : []
        lines.append(isReady ? "ok" : "not ready")
        return .plain(isReady ? .ok : .serviceUnavailable, lines.joined(separator: "\n") + "\n")
    }

    private func drain() -> Response {
        actions.drain()
        return .json(.accepted, AdminMessage(status: "draining"))
    }
}
