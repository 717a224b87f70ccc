/// The decision which of many equal events are told: the first, and then one number for each period.
///
/// The classes come from a closed set, so the table is bounded.
package struct HoldDown<Class: Hashable & Sendable>: Sendable {
    /// The number of events of each class that were held back since the last one was told.
    private var held: [Class: Int] = [:]

    package init() {}

    /// Records an event.
    ///
    /// - Returns: True for an event to tell; a period of the class begins, and its end must be reported.
    package mutating func mustTell(_ event: Class) -> Bool {
        guard let count = held[event] else {
            held[event] = 0
            return true
        }
        held[event] = count &+ 1
        return false
    }

    /// Records the end of a period.
    ///
    /// - Returns: The number of events that were held back, which is told, and then the next period begins; nil if
    ///   there were none.
    package mutating func periodEnded(_ event: Class) -> Int? {
        guard let count = held[event], count > 0 else {
            held[event] = nil
            return nil
        }
        held[event] = 0
        return count
    }
}
