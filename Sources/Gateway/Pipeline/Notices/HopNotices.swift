import Logging
import Serving

/// The log lines about connections that were closed for their PROXY header.
final class HopNotices: Sendable {
    private let logger: Logger
    private let clock: GatewayClock
    private let holdDown = NoticeHoldDown<Refusal>()

    init(_ logger: Logger, clock: GatewayClock) {
        self.logger = logger
        self.clock = clock
    }

    func record(_ refusal: Refusal, from caller: Caller, detail: String) {
        guard let before = holdDown.pass(refusal, now: clock.monotonic()) else { return }
        let text = detail.isEmpty ? refusal.explanation : "\(refusal.explanation): \(detail)"
        logger.warning(
            "a connection was closed for its PROXY header",
            metadata: [
                "reason": "\(refusal.rawValue)", "client.address": "\(caller.address)", "detail": "\(text)",
                "before": "\(before)",
            ]
        )
    }
}
