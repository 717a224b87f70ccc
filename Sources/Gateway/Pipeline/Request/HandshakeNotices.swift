import CognitoSync
import Logging
import Policy
import Serving
import Synchronization

/// The log lines about failed TLS handshakes: one of each outcome in ten seconds, with the number of those before it.
///
/// Anyone can fail as often as the network allows, and must not fill the log by that.
final class HandshakeNotices: Sendable {
    private struct HoldDown {
        var until: Instant
        var count = 0
    }

    private static let holdDown: Int64 = 10_000_000_000

    private let logger: Logger
    private let listener: String
    private let clock: GatewayClock
    /// The outcomes that were logged a moment ago; as many as there are outcomes at most.
    private let held = Mutex<[HandshakeOutcome: HoldDown]>([:])

    init(_ logger: Logger, listener: String, clock: GatewayClock) {
        self.logger = logger
        self.listener = listener
        self.clock = clock
    }

    func record(_ outcome: HandshakeOutcome, from caller: Caller, detail: String) {
        let now = clock.monotonic()
        let before = held.withLock { held -> Int? in
            if let entry = held[outcome], now < entry.until {
                held[outcome]?.count += 1
                return nil
            }
            defer { held[outcome] = HoldDown(until: now.advanced(byNanoseconds: Self.holdDown)) }
            return held[outcome]?.count ?? 0
        }
        guard let before else { return }
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
