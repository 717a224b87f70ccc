import CognitoSync
import Logging
import Policy
import Serving

/// The log lines about callers that are not known, or that may not do what they ask for.
///
/// Here alone the reason is told: all callers get the same response.
final class CallerNotices: Sendable {
    private enum Kind: Hashable {
        case unknown(String)
        case denied(caller: String, CallerRefusal)
    }

    private let logger: Logger
    private let clock: GatewayClock
    private let held = NoticeHoldDown<Kind>()

    init(_ logger: Logger, clock: GatewayClock) {
        self.logger = logger
        self.clock = clock
    }

    func record(_ fault: CallerFault, from caller: Caller, dryRun: Bool) {
        guard let before = held.pass(.unknown(fault.label), now: clock.monotonic()) else { return }
        logger.warning(
            dryRun ? "a caller is not known, and would get 401" : "a caller is not known",
            metadata: [
                "reason": "\(fault.label)", "detail": "\(fault.text)", "client.address": "\(caller.address)",
                "before": "\(before)",
            ]
        )
    }

    func record(_ refusal: CallerRefusal, of operation: Operation, by known: KnownCaller?, dryRun: Bool) {
        // The names are those of the list.
        let name = known?.name ?? ""
        guard let before = held.pass(.denied(caller: name, refusal), now: clock.monotonic()) else { return }
        logger.warning(
            dryRun ? "a caller may not do this, and would get 403" : "a caller may not do this",
            metadata: [
                "caller": "\(name)", "operation": "\(operation.name.rawValue)",
                "reason": "no grant for this \(refusal.rawValue)", "before": "\(before)",
            ]
        )
    }
}
