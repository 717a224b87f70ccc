/// What retries may be spent: they add at most a tenth to the origin's load, whatever happens.
///
/// The AWS SDKs keep 500 units, charge 5 for a retry and give 1 back for a call that succeeds at the first
/// attempt. That allows a fifth more load for ever, and twice the load while every retry succeeds, since they
/// also return the charge of one that did. Here a retry costs 10 and is not returned, so that ten calls must
/// succeed for one retry. The budget begins with a tenth of its capacity: a process that has just started
/// into a storm adds little.
package struct RetryBudget: Sendable, Equatable {
    package static let capacity = 500
    package static let cost = 10

    package private(set) var units = capacity / 10

    package init() {}

    /// Pays for a retry, if there is enough.
    package mutating func spend() -> Bool {
        guard units >= Self.cost else { return false }
        units -= Self.cost
        return true
    }

    /// A call succeeded at its first attempt.
    package mutating func earn() { units = min(Self.capacity, units + 1) }
}
