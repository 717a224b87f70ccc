import Synchronization

/// One fetch that several requests wait for: its result comes once and reaches all of them.
///
/// It belongs to nobody's request. A waiter that leaves takes only itself away; the fetch goes on under its
/// own deadline, and whoever runs it must land it exactly once. The number of waiters is bounded by the cap on
/// requests in flight.
package final class Flight<Value: Sendable>: Sendable {
    private struct State {
        /// Set once; from then on nobody waits.
        var landed: Value?
        var waiters: [UInt64: CheckedContinuation<Value?, Never>] = [:]
        var nextTicket: UInt64 = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Gives the result to all who wait and to all who come later; a second landing is ignored.
    package func land(_ value: Value) {
        let waiters = state.withLock { state -> [UInt64: CheckedContinuation<Value?, Never>] in
            guard state.landed == nil else { return [:] }
            state.landed = value
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume(returning: value) }
    }

    /// Waits for the result; nil if the waiting task was cancelled, that is if its client hung up.
    package func value() async -> Value? {
        let ticket = state.withLock { state in
            state.nextTicket &+= 1
            return state.nextTicket
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { enlist($0, as: ticket) }
        } onCancel: {
            leave(ticket)
        }
    }

    private func enlist(_ continuation: CheckedContinuation<Value?, Never>, as ticket: UInt64) {
        let (waits, landed) = state.withLock { state -> (Bool, Value?) in
            // A task cancelled before it came here gets no second call of `onCancel`.
            if state.landed != nil || Task.isCancelled { return (false, state.landed) }
            state.waiters[ticket] = continuation
            return (true, nil)
        }
        if !waits { continuation.resume(returning: landed) }
    }

    private func leave(_ ticket: UInt64) {
        state.withLock { $0.waiters.removeValue(forKey: ticket) }?.resume(returning: nil)
    }
}
