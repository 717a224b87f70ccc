package import CognitoSync

/// What is certain of the bulk publishes of each pool: until when the service will refuse another.
///
/// "Customers are limited to one successful bulk publish per 24 hours", counted from its completion. A 200 to
/// BulkPublish only says that one has begun: it may fail, and then the next is welcome. So a success is known
/// - from a GetBulkPublishDetails that says SUCCEEDED, by its time of completion, or of its start if it tells no
///   other, which was earlier;
/// - from AlreadyStreamedException to a call that left after another was answered 200: whatever succeeded since
///   began after that one left, since none is begun within 24 hours of a success.
/// Such a fact cannot be overtaken by another, so no fence is needed. AlreadyStreamedException alone does not tell
/// when the 24 hours end.
///
/// All times are seconds since 1970 by the origin's clock. No more than `capacity` pools are remembered; who is
/// forgotten costs a call.
package struct BulkPublishes: Sendable {
    /// A BulkPublish that is about to leave.
    package struct PendingPublish: Sendable, Hashable {
        package let pool: IdentityPoolID
        let time: Int64
        let stamp: Stamp
    }

    private struct Fact: Sendable {
        /// When the last accepted call left, and the moment at which its 200 was here.
        var accepted: (time: Int64, stamp: Stamp)?
        /// Until when another is refused; nil: not known.
        var refusedUntil: Int64?

        /// When it is worth nothing any more.
        var end: Int64 { max(refusedUntil ?? 0, (accepted?.time ?? 0) + BulkPublishes.period) }
    }

    /// How long after a success another is refused for certain: 24 hours, but for what two clocks may differ by.
    static let period: Int64 = 86_400 - 300

    private let capacity: Int
    private var clock = Stamp()
    private var facts: [IdentityPoolID: Fact] = [:]

    package init(capacity: Int = 1024) { self.capacity = max(1, capacity) }

    package var count: Int { facts.count }

    /// How many seconds from now on the service will refuse to publish the pool; nil: it may accept.
    package func refusal(of pool: IdentityPoolID, now: Int64) -> Int64? {
        guard let end = facts[pool]?.refusedUntil, end > now else { return nil }
        return end - now
    }

    package mutating func send(_ pool: IdentityPoolID, now: Int64) -> PendingPublish {
        PendingPublish(pool: pool, time: now, stamp: clock.next())
    }

    /// The call was answered 200.
    package mutating func accepted(_ departure: PendingPublish) {
        let moment = clock.next()
        change(departure.pool, now: departure.time) { fact in
            guard fact.accepted.map({ $0.time <= departure.time }) ?? true else { return }
            fact.accepted = (departure.time, moment)
        }
    }

    /// The call was answered AlreadyStreamedException.
    package mutating func refused(_ departure: PendingPublish) {
        guard let accepted = facts[departure.pool]?.accepted, accepted.stamp < departure.stamp else { return }
        extend(departure.pool, succeededAt: accepted.time, now: departure.time)
    }

    /// An answer to GetBulkPublishDetails came.
    package mutating func learn(_ details: BulkPublishDetailsResponse, of pool: IdentityPoolID, now: Int64) {
        guard details.hasSucceeded, let end = details.completed ?? details.started else { return }
        // A time that is still to come is no time of a success.
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
