import Synchronization

/// One fetch that several requests wait for: its result comes once and reaches all of them.
///
/// It belongs to nobody's request. A waiter that leaves takes only itself away; the fetch goes on under its
/// own deadline, and whoever runs it must land it exactly once. The number of waiters is bounded by the cap on
/// requests in flight.
package final class SharedFetch<Value: Sendable>: Sendable {
    private struct State {
        /// Set once; from then on nobody waits.
        var value: Value?
        var waiters: [WaiterID: @Sendable (Value?) -> Void] = [:]
        var nextWaiterID: WaiterID = 0
    }

    /// A place among those who wait.
    package typealias WaiterID = UInt64

    private let state = Mutex(State())

    package init() {}

    /// The result, once it is there.
    package var value: Value? { state.withLock { $0.value } }

    /// Gives the result to all who wait and to all who come later; a second landing is ignored.
    package func complete(_ value: Value) {
        let waiters = state.withLock { state -> [WaiterID: @Sendable (Value?) -> Void] in
            guard state.value == nil else { return [:] }
            state.value = value
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter(value) }
    }

    /// Waits for the result; nil if the waiting task was cancelled, that is if its client hung up.
    package func value() async -> Value? {
        let waiter = newWaiter()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // A task cancelled before it came here gets no second call of `onCancel`.
                enlist(as: waiter, unless: { Task.isCancelled }) { continuation.resume(returning: $0) }
            }
        } onCancel: {
            cancel(waiter)
        }
    }

    /// Calls back once with the result, or with nil for one that left; at once if there is nothing to wait for.
    package func wait(_ body: @escaping @Sendable (Value?) -> Void) -> WaiterID {
        let waiter = newWaiter()
        enlist(as: waiter, unless: { false }, body)
        return waiter
    }

    package func cancel(_ waiter: WaiterID) {
        state.withLock { $0.waiters.removeValue(forKey: waiter) }?(nil)
    }

    private func newWaiter() -> WaiterID {
        state.withLock { state in
            state.nextWaiterID &+= 1
            return state.nextWaiterID
        }
    }

    private func enlist(
        as id: WaiterID,
        unless isCancelled: () -> Bool,
        _ waiter: @escaping @Sendable (Value?) -> Void
    ) {
        let (waits, value) = state.withLock { state -> (Bool, Value?) in
            if state.value != nil || isCancelled() { return (false, state.value) }
            state.waiters[id] = waiter
            return (true, nil)
        }
        if !waits { waiter(value) }
    }
}
