import Synchronization
import Testing

/// An event that is counted.
///
/// Tests wait for a count, and never for a time.
///
/// A wait without end fails by the time limit of the test.
final class Signal: Sendable {
    private struct State {
        var count = 0
        var waiters: [(threshold: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.count } }

    func fire() {
        let due = state.withLock { state in
            state.count += 1
            let due = state.waiters.filter { $0.threshold <= state.count }
            state.waiters.removeAll { $0.threshold <= state.count }
            return due
        }
        for waiter in due { waiter.continuation.resume() }
    }

    /// Returns after the event has happened `threshold` times.
    func reached(_ threshold: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isDue = state.withLock { state in
                if state.count >= threshold { return true }
                state.waiters.append((threshold, continuation))
                return false
            }
            if isDue { continuation.resume() }
        }
    }
}
