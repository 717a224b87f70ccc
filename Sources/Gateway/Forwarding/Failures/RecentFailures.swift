/// The last failures of upstream requests, for `/status`.
///
/// Equal failures in a row are one entry with their number. Else refusals by the circuit breaker would drive out the
/// failures that opened it.
package struct RecentFailures: Sendable {
    package struct Entry: Sendable, Equatable {
        package var failure: UpstreamFailure
        /// The number of equal failures in a row, this one included.
        package var count = 1
        /// The time of the first and of the last of them, in nanoseconds since 1970.
        package var first: Int64
        package var last: Int64
    }

    private static let most = 10

    /// The entries, the newest first.
    package private(set) var entries: [Entry] = []

    package init() {}

    mutating func add(_ failure: UpstreamFailure, at time: Int64) {
        if let newest = entries.first, newest.failure.isLike(failure) {
            entries[0].failure = failure
            entries[0].count &+= 1
            entries[0].last = time
            return
        }
        entries.insert(Entry(failure: failure, first: time, last: time), at: 0)
        if entries.count > Self.most { entries.removeLast() }
    }
}

extension UpstreamFailure {
    fileprivate func isLike(_ other: Self) -> Bool {
        reason == other.reason && status == other.status && errorName == other.errorName
    }
}
