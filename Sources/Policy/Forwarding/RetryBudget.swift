/// The budget of retries: they add at most a tenth to the load of upstream, whatever happens.
///
/// The AWS SDKs hold 500 units and charge 5 for a retry. They give 1 back for a request that succeeds at the first
/// attempt, and the charge of a retry that succeeds. That allows a fifth more load for ever, and twice the load
/// while every retry succeeds. Here a retry costs 10 and is not returned, so ten requests must succeed for one retry.
/// The budget begins with a tenth of its capacity: a process that starts into a storm adds little.
package struct RetryBudget: Sendable, Equatable {
    package static let capacity = 500
    package static let cost = 10

    package private(set) var units = capacity / 10

    package init() {}

    /// Pays for a retry.
    ///
    /// - Returns: Whether there was enough.
    package mutating func spend() -> Bool {
        guard units >= Self.cost else { return false }
        units -= Self.cost
        return true
    }

    /// Records a request that succeeded at its first attempt.
    package mutating func earn() { units = min(Self.capacity, units + 1) }
}
