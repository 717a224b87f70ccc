/// The right to join a fetch in flight without asking the table.
///
/// It lasts as long as the table would let a read join that comes now.
package struct FetchLease: Sendable {
    private let lease = Lease()

    /// Creates the lease of a fetch that is sent at `start`; no reader waits for it longer than `limit` nanoseconds.
    init(start: Instant, limit: Int64) { lease.renew(validatedAt: start, lifetime: limit) }

    func end() { lease.end() }

    package func isJoinable(now: Instant) -> Bool { lease.remainingFreshness(now: now) != nil }
}
