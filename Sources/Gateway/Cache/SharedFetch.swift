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
        var waiters: [Ticket: @Sendable (Value?) -> Void] = [:]
        var nextTicket: Ticket = 0
    }

    /// A place among those who wait.
    package typealias Ticket = UInt64

    private let state = Mutex(State())

    package init() {}

    /// The result, once it is there.
    package var landed: Value? { state.withLock { $0.landed } }

    /// Gives the result to all who wait and to all who come later; a second landing is ignored.
    package func land(_ value: Value) {
        let waiters = state.withLock { state -> [Ticket: @Sendable (Value?) -> Void] in
            guard state.landed == nil else { return [:] }
            state.landed = value
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter(value) }
    }

    /// Waits for the result; nil if the waiting task was cancelled, that is if its client hung up.
    package func value() async -> Value? {
        let ticket = newTicket()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // A task cancelled before it came here gets no second call of `onCancel`.
                enlist(as: ticket, unless: { Task.isCancelled }) { continuation.resume(returning: $0) }
            }
        } onCancel: {
            leave(ticket)
        }
    }

    /// Calls back once with the result, or with nil for one that left; at once if there is nothing to wait for.
    package func wait(_ body: @escaping @Sendable (Value?) -> Void) -> Ticket {
        let ticket = newTicket()
        enlist(as: ticket, unless: { false }, body)
        return ticket
    }

    package func leave(_ ticket: Ticket) {
        state.withLock { $0.waiters.removeValue(forKey: ticket) }?(nil)
    }

    private func newTicket() -> Ticket {
        state.withLock { state in
            state.nextTicket &+= 1
            return state.nextTicket
        }
    }

    private func enlist(
        as ticket: Ticket,
        unless isCancelled: () -> Bool,
        _ waiter: @escaping @Sendable (Value?) -> Void
    ) {
        let (waits, landed) = state.withLock { state -> (Bool, Value?) in
            if state.landed != nil || isCancelled() { return (false, state.landed) }
            state.waiters[ticket] = waiter
            return (true, nil)
        }
        if !waits { waiter(landed) }
    }
}
