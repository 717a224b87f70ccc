package import Messages
import Synchronization

/// A fetch that several requests wait for.
///
/// Its result comes once and reaches all of them.
///
/// It belongs to no request. A waiter that leaves takes only itself away: the fetch goes on under its own
/// deadline. The code that runs it must complete it exactly once. The limit on requests in flight bounds the
/// waiters.
package final class SharedFetch<Value: Sendable>: Sendable {
    private struct State {
        /// The result, which is set once.
        ///
        /// From then on no request waits.
        var value: Value?
        var waiters = Waiters<Value?>()
    }

    /// The number of a waiter, for ``cancel(_:)``.
    package typealias WaiterID = Waiters<Value?>.ID

    private let state = Mutex(State())

    package init() {}

    /// The result; nil before the fetch completes.
    package var value: Value? { state.withLock { $0.value } }

    /// Hands the result to all who wait and to all who come later.
    ///
    /// A second completion is ignored.
    package func complete(_ value: Value) {
        let waiters = state.withLock { state -> [Waiters<Value?>.Callback] in
            guard state.value == nil else { return [] }
            state.value = value
            return state.waiters.removeAll()
        }
        for waiter in waiters { waiter(value) }
    }

    /// Waits for the result.
    ///
    /// - Returns: Nil if the waiting task was cancelled, that is if its caller hung up.
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

    /// Calls `body` once with the result, or with nil after ``cancel(_:)``.
    ///
    /// The call comes before the return if the result is there already.
    package func wait(_ body: @escaping @Sendable (Value?) -> Void) -> WaiterID {
        let waiter = newWaiter()
        enlist(as: waiter, unless: { false }, body)
        return waiter
    }

    /// Ends the wait of one waiter, which gets nil.
    package func cancel(_ waiter: WaiterID) {
        state.withLock { $0.waiters.remove(waiter) }?(nil)
    }

    private func newWaiter() -> WaiterID { state.withLock { $0.waiters.makeID() } }

    private func enlist(
        as id: WaiterID,
        unless isCancelled: () -> Bool,
        _ waiter: @escaping @Sendable (Value?) -> Void
    ) {
        let (waits, value) = state.withLock { state -> (Bool, Value?) in
            if state.value != nil || isCancelled() { return (false, state.value) }
            state.waiters.add(waiter, as: id)
            return (true, nil)
        }
        if !waits { waiter(value) }
    }
}
