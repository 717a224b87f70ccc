/// A cap on what is in work at once: what comes beyond it is better refused at once than served late.
///
/// Whoever was let in leaves exactly once. A lower limit after a reload lets nobody in until enough have
/// left.
package struct InFlightLimit: Sendable, Equatable {
    package private(set) var limit: Int
    package private(set) var count = 0

    package init(_ limit: Int) { self.limit = max(0, limit) }

    /// Whether there was room; then it is taken.
    package mutating func enter() -> Bool {
        guard count < limit else { return false }
        count += 1
        return true
    }

    package mutating func leave() { count = max(0, count - 1) }

    package mutating func resize(_ limit: Int) { self.limit = max(0, limit) }
}
