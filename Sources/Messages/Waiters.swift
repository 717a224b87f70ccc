/// The callbacks of all who wait for one value.
///
/// A value type: its owner guards it with the lock that guards the value, and calls back outside of that lock. Each
/// callback is handed out once, by ``remove(_:)`` or by ``removeAll()``. The owner bounds their number.
package struct Waiters<Value: Sendable>: Sendable {
    package typealias ID = UInt64
    package typealias Callback = @Sendable (Value) -> Void

    private var callbacks: [ID: Callback] = [:]
    private var newestID: ID = 0

    package init() {}

    /// Returns the number of a waiter that is to come, so that it can be cancelled before it waits.
    package mutating func makeID() -> ID {
        newestID &+= 1
        return newestID
    }

    package mutating func add(_ callback: @escaping Callback, as id: ID) { callbacks[id] = callback }

    /// Removes a waiter and returns its callback; nil if it has been handed out, or never waited.
    package mutating func remove(_ id: ID) -> Callback? { callbacks.removeValue(forKey: id) }

    /// Removes all waiters and returns their callbacks.
    package mutating func removeAll() -> [Callback] {
        defer { callbacks = [:] }
        return Array(callbacks.values)
    }
}
