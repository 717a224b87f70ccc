package import CognitoSync
import HTTPTypes
import Messages
package import Policy
import Synchronization

/// The shards of the records table, each with its lock.
///
/// Identities are spread over the shards. A shard has its share of the bytes, and all datasets of its
/// identities. So DeleteDataset finds all that it invalidates in one shard.
package final class RecordsCache: Sendable {
    /// The completion of a fetch, for all who wait for it.
    ///
    /// They share one object: a value for each of a thousand would take a reference to each part.
    package final class FetchCompletion: Sendable {
        package let forwarded: Forwarded
        /// The `lastSyncCount` of the fetch.
        package let since: Int64
        package let result: FetchResult
        let pages = SharedPages()

        init(forwarded: Forwarded, since: Int64, result: FetchResult) {
            self.forwarded = forwarded
            self.since = since
            self.result = result
        }
    }

    package typealias Fetch = SharedFetch<FetchCompletion>
    private typealias Table = RecordsTable<CachedPage, Fetch>

    private final class Shard: Sendable {
        let table: Mutex<Table>

        init(_ limits: RecordsLimits) { table = Mutex(Table(limits: limits)) }
    }

    private let shards: [Shard]
    private let notices: Bool

    /// - Parameters:
    ///   - limits: The limits of all shards together. Each gets an equal share of the bytes.
    ///   - noticesChanges: False only to prove that the consistency checker finds a cache that ignores
    ///     writes.
    package init(limits: RecordsLimits, noticesChanges: Bool = true) {
        notices = noticesChanges
        let count = min(max(1, limits.bytes / Self.leastShard), Self.mostShards)
        shards = (0..<count).map { _ in Shard(limits.divided(by: count)) }
    }

    /// The least bytes of a shard.
    ///
    /// A dataset may fill an eighth of it, and the largest one has 1 MB.
    private static let leastShard = 16 << 20
    private static let mostShards = 16

    /// Looks a read up: a hit, a state to render from, a fetch to wait for, or a fetch to lead.
    ///
    /// - Parameters:
    ///   - turn: That of a read that has waited for a confirmation of its dataset to end.
    ///   - generation: That of the runtime of the request; nil for the one in force, here as below.
    package func lookUp(
        _ key: PageKey,
        revalidate: Bool,
        turn: ConfirmationTurn? = nil,
        generation: UInt64? = nil,
        now: Instant
    ) -> RecordsLookup<CachedPage, Fetch> {
        table(of: key.dataset.owner) {
            $0.lookUp(key, revalidate: revalidate, turn: turn, generation: generation, now: now) { Fetch() }
        }
    }

    /// Refuses a count that steps down from one that upstream did not know; nil for one that upstream has to judge.
    package func refuse(_ key: PageKey, now: Instant) -> UnknownCount? {
        table(of: key.dataset.owner) { $0.refuse(key, now: now) }
    }

    /// Returns a fetch to lead that revalidates the snapshot of a dataset; nil if there is none, or one is
    /// under way.
    package func revalidation(
        of scope: DatasetScope,
        generation: UInt64? = nil,
        now: Instant
    ) -> (FetchToken, Fetch)? {
        table(of: scope.owner) { $0.revalidation(of: scope, generation: generation, now: now) { Fetch() } }
    }

    /// Returns a fetch to lead that shows what became of a write whose response was lost.
    ///
    /// `syncCount` is the count of the snapshot when the write left.
    package func inquiry(
        of scope: DatasetScope,
        from syncCount: Int64,
        generation: UInt64? = nil,
        now: Instant
    ) -> (FetchToken, Fetch) {
        table(of: scope.owner) {
            $0.inquiry(of: scope, from: syncCount, generation: generation, now: now) { Fetch() }
        }
    }

    /// Stores a page that was rendered from a snapshot.
    ///
    /// - Returns: The lease of the page; nil if the snapshot is no longer the cached one.
    package func keep(
        _ page: CachedPage,
        for key: PageKey,
        of snapshot: DatasetSnapshot,
        goodUntil: Instant,
        generation: UInt64? = nil
    ) -> PageLease? {
        table(of: key.dataset.owner) {
            $0.keep(
                page,
                for: key,
                of: snapshot,
                cost: page.cost,
                goodUntil: goodUntil,
                generation: generation
            )
        }
    }

    /// Records that a caller got a cursor into this snapshot, which then stays for the time of a pagination.
    package func paginationStarted(in snapshot: DatasetSnapshot, of scope: DatasetScope, now: Instant) {
        table(of: scope.owner) { $0.paginationStarted(in: snapshot, of: scope, now: now) }
    }

    /// Returns the token of a fetch to the table, with the outcome.
    package func complete(
        _ token: FetchToken,
        with outcome: FetchOutcome,
        from forwarded: Forwarded,
        now: Instant
    ) -> FetchCompletion {
        let result = table(of: token.dataset.owner) { $0.complete(token, with: outcome, now: now) }
        return FetchCompletion(forwarded: forwarded, since: token.plan.since, result: result)
    }

    /// Returns what the reads wait for whose turn has come, now that a fetch of the dataset has ended.
    package func nextTurn(of scope: DatasetScope, now: Instant) -> Fetch? {
        table(of: scope.owner) { $0.nextTurn(of: scope, now: now) }
    }

    /// Drops what is cached of the scope, and returns the number of pages; nil stands for any.
    package func purge(pool: IdentityPoolID?, identity: IdentityID?, dataset: DatasetName?) -> Int {
        shards.reduce(0) { sum, shard in
            sum + shard.table.withLock { $0.purge(pool: pool, identity: identity, dataset: dataset) }
        }
    }

    /// The limits of each shard.
    var shardLimits: [RecordsLimits] { shards.map { $0.table.withLock { $0.limits } } }

    /// Adopts the limits of a new runtime; what an earlier one fetches is not cached from now on.
    package func resize(_ limits: RecordsLimits, generation: UInt64? = nil) {
        for shard in shards {
            shard.table.withLock { $0.resize(limits.divided(by: shards.count), generation: generation) }
        }
    }

    package var statistics: CacheStatistics {
        shards.reduce(CacheStatistics()) { sum, shard in sum + shard.table.withLock { $0.statistics } }
    }

    fileprivate func table<Result: Sendable>(
        of owner: IdentityScope,
        _ body: (inout RecordsTable<CachedPage, Fetch>) -> Result
    ) -> Result {
        shards[owner.shard(among: shards.count)].table.withLock { body(&$0) }
    }
}

/// The operations that bypass the table, and what it learns from them.
extension RecordsCache {
    /// The bookkeeping of an operation that has left.
    ///
    /// Pass it to ``ended(_:of:with:now:)`` with the outcome.
    package enum PendingOperation: Sendable {
        case unnoticed
        case observed(ReadToken)
        case write(WriteToken)
        case identity(IdentityScope)
    }

    /// Tells the table of an operation that is about to leave.
    package func started(_ rule: CacheRule, generation: UInt64? = nil) -> PendingOperation {
        guard notices else { return .unnoticed }
        switch rule {
        case .cached(let key): return observed(key.dataset, generation)
        case .continued(let request): return observed(request.scope, generation)
        case .observed(let scope): return observed(scope, generation)
        case .passed: return .unnoticed
        case .changesDataset(let scope):
            return .write(table(of: scope.owner) { $0.writeStarted(scope, generation: generation) })
        case .changesIdentity(let owner):
            table(of: owner) { $0.deletionStarted(owner) }
            return .identity(owner)
        }
    }

    private func observed(_ scope: DatasetScope, _ generation: UInt64?) -> PendingOperation {
        .observed(table(of: scope.owner) { $0.readStarted(scope, generation: generation) })
    }

    /// Tells the table of the outcome of an operation.
    ///
    /// Called once, before the caller gets its response. `isSettled` is whether an inquiry has shown the dataset to the
    /// table since a write was lost.
    package func ended(
        _ pending: PendingOperation,
        of operation: Operation,
        with forwarded: Forwarded,
        isSettled: Bool = false,
        now: Instant
    ) {
        switch pending {
        case .unnoticed:
            break
        case .observed(let token):
            learn(from: forwarded, to: operation, by: token)
        case .write(let token):
            let outcome = isSettled ? .settled : WriteOutcome(forwarded)
            table(of: token.scope.owner) { $0.writeEnded(token, outcome: outcome, now: now) }
        case .identity(let owner):
            table(of: owner) { $0.deletionEnded(owner) }
        }
    }

    private func learn(from forwarded: Forwarded, to operation: Operation, by token: ReadToken) {
        guard case .success(let response) = forwarded.result else { return }
        let scope = token.scope
        switch operation {
        case .describeDataset:
            guard response.isSuccess || response.head.status.code == 404 else { return }
            table(of: scope.owner) { $0.learn(exists: response.isSuccess, of: scope) }
        case .listRecords(let request):
            let since = request.lastSyncCount ?? 0
            if let page = forwarded.page {
                let seen = Observation(versionOf: page, since: since)
                table(of: scope.owner) { $0.learn(seen, by: token) }
            } else if let message = response.unknownCountMessage {
                let unknown = UnknownCount(count: since, message: message)
                table(of: scope.owner) { $0.learn(unknown, by: token) }
            }
        default:
            break
        }
    }

    /// Returns the count of the snapshot of a dataset; nil if nothing is cached.
    package func syncCount(of scope: DatasetScope) -> Int64? {
        table(of: scope.owner) { $0.syncCount(of: scope) }
    }

    /// Takes a session token of AWS that no write has used; nil if there is none.
    package func takeToken(of scope: DatasetScope, now: Instant) -> String? {
        table(of: scope.owner) { $0.takeToken(of: scope, now: now) }
    }

    /// Applies a change that a stream event tells of; nil if the event does not tell the records.
    package func streamed(
        _ change: RecordChange?,
        of scope: DatasetScope,
        now: Instant
    ) -> StreamOutcome {
        table(of: scope.owner) { $0.streamed(change, of: scope, now: now) }
    }

    /// Returns the decision of ``lookUp(_:revalidate:now:)`` about a read, and the reasons for it.
    package func explain(_ key: PageKey, now: Instant) -> Explanation {
        table(of: key.dataset.owner) { $0.explain(key, now: now) }
    }
}

extension Response {
    /// The message with which the service says that it does not know the sync count of the request; nil for any other
    /// response.
    var unknownCountMessage: String? {
        guard head.status.code == 400, let message = errorMessage, message.contains("No such SyncCount")
        else {
            return nil
        }
        return message
    }
}
