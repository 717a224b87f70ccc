package import CognitoSync
import HTTPTypes
package import Messages
package import Policy
import Synchronization

/// The shell around the table of the reads beside ListRecords: lock a shard, ask it, unlock, give its answer.
///
/// Groups are spread over shards. A write concerns an identity, its pool and the listing of pools, so it voids in
/// three shards, one after the other: each key is void before the write's caller is answered, which is all that is
/// promised.
package final class MetadataCache: Sendable {
    /// What reaches everybody who waits for one fetch.
    package struct FetchCompletion: Sendable {
        package let forwarded: Forwarded
        package let isStored: Bool
    }

    package typealias Fetch = SharedFetch<FetchCompletion>
    private typealias Table = MetadataTable<Response, Fetch>

    private final class Shard: Sendable {
        let table: Mutex<Table>

        init(_ limits: MetadataLimits) { table = Mutex(Table(limits: limits)) }
    }

    private static let shardCount = 8

    private let shards: [Shard]
    private let publishes = Mutex(BulkPublishes())
    private let notices: Bool

    /// The limits' bytes are divided evenly among the shards; `noticesChanges` as for `RecordsCache`.
    package init(limits: MetadataLimits, noticesChanges: Bool = true) {
        notices = noticesChanges
        shards = (0..<Self.shardCount).map { _ in Shard(limits.divided(by: Self.shardCount)) }
    }

    package func lookUp(_ key: MetadataKey, revalidate: Bool, now: Instant) -> MetadataLookup<Response, Fetch>
    {
        shard(of: key.group).table.withLock { table in
            table.lookUp(key, revalidate: revalidate, now: now) { Fetch() }
        }
    }

    /// Keeps what a fetch brought, if that is still true, and tells what its waiters are to be told.
    package func complete(
        _ ticket: MetadataFetchToken,
        with forwarded: Forwarded,
        now: Instant
    ) -> FetchCompletion {
        let isStored = shard(of: ticket.key.group).table.withLock { table in
            table.complete(ticket, with: MetadataFetchOutcome(forwarded), now: now)
        }
        return FetchCompletion(forwarded: forwarded, isStored: isStored)
    }

    package func purge(pool: IdentityPoolID?, identity: IdentityID?, dataset: DatasetName?) -> Int {
        if identity == nil { publishes.withLock { $0.forget(pool) } }
        return shards.reduce(0) { sum, shard in
            sum + shard.table.withLock { $0.purge(pool: pool, identity: identity, dataset: dataset) }
        }
    }

    package func resize(_ limits: MetadataLimits) {
        for shard in shards { shard.table.withLock { $0.resize(limits.divided(by: shards.count)) } }
    }

    package var statistics: CacheStatistics {
        shards.reduce(CacheStatistics()) { sum, shard in sum + shard.table.withLock { $0.statistics } }
    }

    private func shard(of group: MetadataGroup) -> Shard { shards[group.shard(among: shards.count)] }
}

/// What goes by the table: writes, and reads that are not kept.
extension MetadataCache {
    /// What has been told of an operation that leaves, to be handed back with its answer.
    package struct PendingWrite: Sendable {
        fileprivate let invalidated: [InvalidationRule]
        fileprivate let publish: BulkPublishes.PendingPublish?
    }

    /// To be called before the operation leaves; `time` is the origin's, in seconds since 1970.
    package func started(_ operation: Operation, at time: Int64) -> PendingWrite {
        let invalidated = notices ? InvalidationRule.invalidated(by: operation) : []
        invalidate(invalidated, for: operation)
        var publish: BulkPublishes.PendingPublish?
        if case .bulkPublish(let pool) = operation {
            publish = publishes.withLock { $0.send(pool, now: time) }
        }
        return PendingWrite(invalidated: invalidated, publish: publish)
    }

    /// To be called with what came of it, before its caller is answered.
    package func ended(
        _ pendingWrite: PendingWrite,
        of operation: Operation,
        with forwarded: Forwarded,
        at time: Int64
    ) {
        invalidate(pendingWrite.invalidated, for: operation)
        learn(from: forwarded, to: operation, at: time)
        guard let publish = pendingWrite.publish, case .success(let response) = forwarded.result else {
            return
        }
        if response.isSuccess {
            publishes.withLock { $0.accepted(publish) }
        } else if response.errorName == "AlreadyStreamedException" {
            publishes.withLock { $0.refused(publish) }
        }
    }

    /// For how many seconds the origin is known to refuse a bulk publish of the pool; nil: it may accept.
    package func refusal(of pool: IdentityPoolID, at time: Int64) -> Int64? {
        publishes.withLock { $0.refusal(of: pool, now: time) }
    }

    /// Learns from an answer to GetBulkPublishDetails, whichever way it came from the origin.
    package func learn(from forwarded: Forwarded, to operation: Operation, at time: Int64) {
        guard case .getBulkPublishDetails(let pool) = operation,
            case .success(let response) = forwarded.result,
            response.isSuccess, let details = try? BulkPublishDetailsResponse.scan(response.body)
        else { return }
        publishes.withLock { $0.learn(details, of: pool, now: time) }
    }

    private func invalidate(_ ranges: [InvalidationRule], for operation: Operation) {
        let reason: Invalidation = operation.name == .deleteDataset ? .delete : .write
        for range in ranges {
            shard(of: range.group).table.withLock { _ = $0.invalidate(range, because: reason) }
        }
    }
}

extension MetadataFetchOutcome<Response> {
    /// Only a whole 200 is an answer, and only a 4xx that is about what was asked for says anything else of it.
    init(_ forwarded: Forwarded) {
        guard case .success(let response) = forwarded.result else {
            self = .failed
            return
        }
        switch response.head.status.code {
        case 200..<300: self = .response(response, cost: response.cost)
        case 429, 500...: self = .failed
        default: self = .error
        }
    }
}
