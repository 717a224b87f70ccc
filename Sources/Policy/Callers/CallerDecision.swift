/// The decision whether a caller may send an operation.
package enum CallerDecision: Sendable, Equatable {
    /// The number of the grant that covers it, from 0.
    case allowed(Int)
    case refused(CallerRefusal)
}

/// The last bound that a request got to, for the log: callers get one 403 for all of them.
package enum CallerRefusal: String, Sendable, CaseIterable {
    /// No grant of the caller is for the operation.
    case operation
    /// Some are, but none of them for the pool.
    case pool
    case identity
    case dataset
}
