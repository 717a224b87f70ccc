import CognitoSync
import Logging
import Serving

/// The log lines about failed TLS handshakes, held down by outcome.
final class HandshakeNotices: Sendable {
    private let logger: Logger
    private let listener: String
    private let clock: GatewayClock
    private let holdDown = NoticeHoldDown<HandshakeOutcome>()

    init(_ logger: Logger, listener: String, clock: GatewayClock) {
        self.logger = logger
        self.listener = listener
        self.clock = clock
    }

    func record(_ outcome: HandshakeOutcome, from caller: Caller, detail: String) {
        guard let before = holdDown.pass(outcome, now: clock.monotonic()) else { return }
        var facts: Logger.Metadata = [
            "outcome": "\(outcome.rawValue)", "listener": "\(listener)",
            "client.address": "\(caller.address)",
            "before": "\(before)",
        ]
        // The text of the library may quote the other side.
        if !detail.isEmpty { facts["detail"] = "\(APIError.quotable(detail))" }
        logger.warning("a TLS handshake failed", metadata: facts)
    }
}
