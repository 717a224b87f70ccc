internal import CognitoSync
internal import HTTPTypes
package import Messages
internal import Policy
package import Serving

/// Answers operators: health, metrics, status, purge, reload, drain, what a stream tells, what the cache would do.
///
/// Nothing here is on the way of a caller's request, so clarity goes before speed.
package struct AdminResponder: Responder {
    private let access: AdminGuard
    private let actions: AdminActions
    private let metrics: Metrics

    package init(access: AdminGuard, actions: AdminActions, metrics: Metrics) {
        self.access = access
        self.actions = actions
        self.metrics = metrics
    }

    package func respond(to request: Request, from caller: Caller) -> PendingResponse {
        do throws(AdminError) {
            try access.checkHost(request)
            let wanted = try AdminRequest(request)
            if wanted.needsToken { try access.checkChange(request) }
            switch wanted {
            case .reload: return .later { [actions] in OutgoingResponse(.reloaded(await actions.reload())) }
            // Megabytes to read: not on an event loop, which callers wait for.
            case .streams: return .later { [self] in OutgoingResponse(streamed(request.body)) }
            default: break
            }
            var response = answer(wanted)
            if request.head.method == .head { response.body = [] }
            return .now(OutgoingResponse(response))
        } catch {
            return .now(OutgoingResponse(.refusal(error)))
        }
    }

    package func refuse(_ refusal: Refusal, from caller: Caller) -> Response {
        .json(RefusalStatus.of(refusal), AdminMessage(error: RefusalReason(refusal).rawValue))
    }

    private func answer(_ wanted: AdminRequest) -> Response {
        switch wanted {
        case .page: .html(StatusPage(status: status, checks: actions.checks()).text)
        case .currentRuntime: .plain(.ok, "ok\n")
        case .ready(let verbose): ready(verbose)
        case .metrics: .text(metrics.exposition(), type: "text/plain; version=0.0.4; charset=utf-8")
        case .status: .json(.ok, status)
        case .purge(let scope): .json(.ok, PurgeResponse(removed: actions.purge(scope)))
        case .drain: drain()
        case .explain(let request): explain(request)
        // Answered by tasks of their own.
        case .reload, .streams: .json(.accepted, AdminMessage(status: "accepted"))
        }
    }

    private func explain(_ request: ListRecords) -> Response {
        guard let explanation = actions.explain(request) else {
            return .json(.serviceUnavailable, AdminMessage(error: "ending"))
        }
        return .json(.ok, ExplanationReport(explanation, of: request))
    }

    private func streamed(_ body: [UInt8]) -> Response {
        do throws(StreamBatch.Fault) {
            return .json(.ok, StreamReport(try StreamBatch.read(body), apply: actions.streamed))
        } catch {
            return .refusal(AdminError(error))
        }
    }

    private var status: StatusReport {
        StatusReport(facts: actions.facts(), gauges: metrics.currentGauges, build: metrics.build)
    }

    private func ready(_ verbose: Bool) -> Response {
        let checks = actions.checks()
        let isReady = checks.allSatisfy(\.isPassing)
        // A check's detail can hold what a server said: it may not forge a line of its own.
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

/// The status code of what the server refuses.
enum RefusalStatus {
    static func of(_ refusal: Refusal) -> HTTPResponse.Status {
        switch refusal {
        case .malformed, .badTarget, .unexpectedBody: .badRequest
        case .targetTooLong: .uriTooLong
        case .headTooLarge: .requestHeaderFieldsTooLarge
        case .bodyTooLarge: .contentTooLarge
        case .methodNotAllowed: .methodNotAllowed
        case .expectationFailed: .expectationFailed
        case .unknownTransferCoding: .notImplemented
        case .versionNotSupported: .init(code: 505)
        case .tooSlow: .requestTimeout
        case .overloaded, .draining: .serviceUnavailable
        }
    }
}
