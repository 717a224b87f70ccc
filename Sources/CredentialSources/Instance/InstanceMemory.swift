import SigV4
import Synchronization

/// The state of the instance source between two loads: the session token, and what was seen.
final class InstanceMemory: Sendable {
    /// The time before the end of a token from which it is not used.
    private static let margin = Duration.seconds(120)

    private struct State: Sendable {
        var token: Secret?
        var until: ContinuousClock.Instant?
        var hasSucceeded = false
        var absence: String?
    }

    private let state = Mutex(State())

    /// The token, if it is not near its end.
    func token(now: ContinuousClock.Instant) -> Secret? {
        state.withLock { state in
            guard let until = state.until, now < until else { return nil }
            return state.token
        }
    }

    /// Remembers a token that ends after `life`.
    func remember(_ token: Secret, life: Duration, now: ContinuousClock.Instant) {
        state.withLock {
            $0.token = token
            $0.until = now + life - Self.margin
        }
    }

    func forgetToken() {
        state.withLock {
            $0.token = nil
            $0.until = nil
        }
    }

    /// Whether the service has given credentials to this process.
    var hasSucceeded: Bool { state.withLock { $0.hasSucceeded } }

    func succeeded() {
        state.withLock {
            $0.hasSucceeded = true
            $0.absence = nil
        }
    }

    /// The reason why the last load passed the source over.
    var absence: String? {
        get { state.withLock { $0.absence } }
        set { state.withLock { $0.absence = newValue } }
    }
}
