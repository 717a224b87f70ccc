package import CognitoSync

/// The time until which the service is certain to refuse another bulk publish of each pool.
///
/// "Customers are limited to one successful bulk publish per 24 hours", counted from its completion. A 200 to
/// BulkPublish shows only that one has begun: it may fail, and then the next is welcome. A success is known
/// - from a GetBulkPublishDetails with SUCCEEDED: by its time of completion, or else by the earlier time of its start;
/// - from AlreadyStreamedException to a request that was sent after the 200 to another. The success since began after
///   that request was sent, since none begins within 24 hours of a success.
///
/// No later fact contradicts such a one, so no fence is needed. AlreadyStreamedException alone does not show when the
/// 24 hours end.
///
/// All times are seconds since 1970 by upstream's clock. No more than `capacity` pools are remembered; a forgotten one
/// costs a request.
package struct BulkPublishes: Sendable {
    /// A BulkPublish in flight.
    package struct PendingPublish: Sendable, Hashable {
        package let pool: IdentityPoolID
        let time: Int64
        let stamp: Stamp
    }

    private struct Fact: Sendable {
        /// The time at which the last accepted request was sent, and the moment at which its 200 arrived.
        var accepted: (time: Int64, stamp: Stamp)?
        /// The time until which another is refused; nil if it is not known.
        var refusedUntil: Int64?

        /// The time from which on it is worth nothing.
        var end: Int64 { max(refusedUntil ?? 0, (accepted?.time ?? 0) + BulkPublishes.period) }
    }

    /// The time after a success for which another is refused: 24 hours, less what two clocks may differ by.
    static let period: Int64 = 86_400 - 300

    private let capacity: Int
    private var clock = Stamp()
    private var facts: [IdentityPoolID: Fact] = [:]

    package init(capacity: Int = 1024) { self.capacity = max(1, capacity) }

    package var count: Int { facts.count }

    /// Returns the seconds for which the service will refuse to publish the pool; nil if it may accept.
    package func refusal(of pool: IdentityPoolID, now: Int64) -> Int64? {
        guard let end = facts[pool]?.refusedUntil, end > now else { return nil }
        return end - now
    }

    /// Registers a BulkPublish that is about to be sent.
    package mutating func send(_ pool: IdentityPoolID, now: Int64) -> PendingPublish {
        PendingPublish(pool: pool, time: now, stamp: clock.next())
    }

    /// Records a 200.
    package mutating func accepted(_ publish: PendingPublish) {
        let moment = clock.next()
        change(publish.pool, now: publish.time) { fact in
            guard fact.accepted.map({ $0.time <= publish.time }) ?? true else { return }
            fact.accepted = (publish.time, moment)
        }
    }

    /// Records an AlreadyStreamedException.
    package mutating func refused(_ publish: PendingPublish) {
        guard let accepted = facts[publish.pool]?.accepted, accepted.stamp < publish.stamp else { return }
        extend(publish.pool, succeededAt: accepted.time, now: publish.time)
    }

    /// Learns from a response to GetBulkPublishDetails.
    package mutating func learn(_ details: BulkPublishDetailsResponse, of pool: IdentityPoolID, now: Int64) {
        guard details.hasSucceeded, let end = details.completed ?? details.started else { return }
        // A time in the future is no time of a success.
        extend(pool, succeededAt: min(end, now), now: now)
    }

    /// Forgets a pool, or all.
    package mutating func forget(_ pool: IdentityPoolID? = nil) {
        if let pool { facts[pool] = nil } else { facts = [:] }
    }

    private mutating func extend(_ pool: IdentityPoolID, succeededAt time: Int64, now: Int64) {
        let (end, overflow) = time.addingReportingOverflow(Self.period)
        guard !overflow, end > now else { return }
        change(pool, now: now) { $0.refusedUntil = max($0.refusedUntil ?? end, end) }
    }

    private mutating func change(_ pool: IdentityPoolID, now: Int64, _ body: (inout Fact) -> Void) {
        if facts[pool] == nil, facts.count >= capacity {
            facts = facts.filter { $0.value.end > now }
            if facts.count >= capacity, let oldest = facts.min(by: { $0.value.end < $1.value.end }) {
                facts[oldest.key] = nil
            }
        }
        body(&facts[pool, default: Fact()])
    }
}
