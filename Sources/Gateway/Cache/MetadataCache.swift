package import CognitoSync
import HTTPTypes
package import Messages
package import Policy
import Synchronization

/// The shards of the metadata table, each with its lock.
///
/// Groups are spread over the shards. A write concerns an identity, its pool and the listing of pools. So it
/// invalidates in three shards, one after the other. Each key is invalid before the caller of the write gets
/// its response, and no more is promised.
package final class MetadataCache: Sendable {
    /// The completion of a fetch, for all who wait for it.
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

    /// - Parameters:
    ///   - limits: The limits of all shards together. Each gets an equal share of the bytes.
    ///   - noticesChanges: As for ``RecordsCache/init(limits:noticesChanges:)``.
    package init(limits: MetadataLimits, noticesChanges: Bool = true) {
        notices = noticesChanges
        shards = (0..<Self.shardCount).map { _ in Shard(limits.divided(by: Self.shardCount)) }
    }

    /// Looks a read up: a hit, a fetch to wait for, or a fetch to lead.
    ///
    /// - Parameters:
    ///   - turn: That of a read that has waited for a confirmation of its key to end.
    ///   - generation: That of the runtime of the request; nil for the one in force.
    package func lookUp(
        _ key: MetadataKey,
        revalidate: Bool,
        turn: ConfirmationTurn? = nil,
        generation: UInt64? = nil,
        now: Instant
    ) -> MetadataLookup<Response, Fetch> {
        shard(of: key.group).table.withLock { table in
            table.lookUp(key, revalidate: revalidate, turn: turn, generation: generation, now: now) {
                Fetch()
            }
        }
    }

    /// Returns whether a read would be a hit.
    func isCached(_ key: MetadataKey, now: Instant) -> Bool {
        shard(of: key.group).table.withLock { $0.isCached(key, now: now) }
    }

    /// Hands a completion to all who wait for its fetch, and wakes the reads whose turn has come.
    func hand(_ completion: FetchCompletion, to fetch: Fetch, of key: MetadataKey, now: Instant) {
        fetch.complete(completion)
        shard(of: key.group).table.withLock { $0.nextTurn(of: key, now: now) }?.complete(completion)
    }

    /// Stores the response of a fetch, unless a fence forbids it, and returns the completion for all who
    /// wait.
    package func complete(
        _ token: MetadataFetchToken,
        with forwarded: Forwarded,
        now: Instant
    ) -> FetchCompletion {
        let isStored = shard(of: token.key.group).table.withLock { table in
            table.complete(token, with: MetadataFetchOutcome(forwarded), now: now)
        }
        return FetchCompletion(forwarded: forwarded, isStored: isStored)
    }

    /// Drops what is cached of the scope, and returns the number of responses; nil stands for any.
    package func purge(pool: IdentityPoolID?, identity: IdentityID?, dataset: DatasetName?) -> Int {
        if identity == nil { publishes.withLock { $0.forget(pool) } }
        return shards.reduce(0) { sum, shard in
            sum + shard.table.withLock { $0.purge(pool: pool, identity: identity, dataset: dataset) }
        }
    }

    /// The limits of each shard.
    var shardLimits: [MetadataLimits] { shards.map { $0.table.withLock { $0.limits } } }

    /// Adopts the limits of a new runtime; what an earlier one fetches is not cached from now on.
    package func resize(_ limits: MetadataLimits, generation: UInt64? = nil) {
        for shard in shards {
            shard.table.withLock { $0.resize(limits.divided(by: shards.count), generation: generation) }
        }
    }

    package var statistics: CacheStatistics {
        shards.reduce(CacheStatistics()) { sum, shard in sum + shard.table.withLock { $0.statistics } }
    }

    private func shard(of group: MetadataGroup) -> Shard { shards[group.shard(among: shards.count)] }
}

/// The operations that bypass the table: writes, and reads that are not cached.
extension MetadataCache {
    /// The bookkeeping of an operation that has left.
    ///
    /// Pass it to ``ended(_:of:with:at:)`` with the outcome.
    package struct PendingWrite: Sendable {
        fileprivate let invalidated: [InvalidationRule]
        fileprivate let publish: BulkPublishes.PendingPublish?
    }

    /// Invalidates the responses that an operation may change.
    ///
    /// Called before the operation leaves; `time` is that of upstream, in seconds since 1970.
    package func started(_ operation: Operation, at time: Int64) -> PendingWrite {
        let invalidated = notices ? InvalidationRule.invalidated(by: operation) : []
        invalidate(invalidated, for: operation)
        var publish: BulkPublishes.PendingPublish?
        if case .bulkPublish(let pool) = operation {
            publish = publishes.withLock { $0.send(pool, now: time) }
        }
        return PendingWrite(invalidated: invalidated, publish: publish)
    }

    /// Invalidates once more, with the outcome.
    ///
    /// Called before the caller gets its response; `time` is that of upstream, in seconds since 1970.
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

    /// Returns the seconds for which upstream is known to refuse a bulk publish of the pool; nil if it may
    /// accept.
    package func refusal(of pool: IdentityPoolID, at time: Int64) -> Int64? {
        publishes.withLock { $0.refusal(of: pool, now: time) }
    }

    /// Learns from a response to GetBulkPublishDetails, fetched or forwarded.
    package func learn(from forwarded: Forwarded, to operation: Operation, at time: Int64) {
        guard case .getBulkPublishDetails(let pool) = operation,
            case .success(let response) = forwarded.result,
            response.isSuccess, let details = try? BulkPublishDetailsResponse.scan(response.body)
        else { return }
        publishes.withLock { $0.learn(details, of: pool, now: time) }
    }

    private func invalidate(_ rules: [InvalidationRule], for operation: Operation) {
        let reason: Invalidation = operation.name == .deleteDataset ? .delete : .write
        for rule in rules {
            shard(of: rule.group).table.withLock { _ = $0.invalidate(rule, because: reason) }
        }
    }
}

extension MetadataFetchOutcome<Response> {
    /// Creates the outcome of a fetch.
    ///
    /// Only a success is stored. A 4xx other than 429 is about the request, and says that the cached response no
    /// longer holds. All else says nothing.
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
