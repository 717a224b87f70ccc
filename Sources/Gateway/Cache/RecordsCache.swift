package import CognitoSync
import HTTPTypes
import Messages
package import Policy
import Synchronization

/// The shell around the cache table: lock a shard, ask it, unlock, give its answer.
///
/// Identities are spread over shards, each with its lock, its share of the bytes, and all datasets of its
/// identities: so DeleteDataset finds everything that it makes stale in one shard.
package final class RecordsCache: Sendable {
    /// What reaches everybody who waits for one call.
    ///
    /// One for all: a copy for each of a thousand would take a reference to each of its parts.
    package final class FetchCompletion: Sendable {
        package let forwarded: Forwarded
        /// The lastSyncCount that was asked for.
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

    /// The limits' bytes are divided evenly among the shards.
    ///
    /// `noticesChanges` is always true in service: a table that takes no notice of writes is what the consistency
    /// checker must find.
    package init(limits: RecordsLimits, noticesChanges: Bool = true) {
        notices = noticesChanges
        let count = min(max(1, limits.bytes / Self.leastShard), Self.mostShards)
        shards = (0..<count).map { _ in Shard(limits.divided(by: count)) }
    }

    /// A dataset may fill an eighth of a shard: this much lets the largest one there is, 1 MB, stay.
    private static let leastShard = 16 << 20
    private static let mostShards = 16

    package func lookUp(_ key: PageKey, revalidate: Bool, now: Instant) -> RecordsLookup<CachedPage, Fetch> {
        table(of: key.dataset.owner) { $0.lookUp(key, revalidate: revalidate, now: now) { Fetch() } }
    }

    /// Sends somebody to confirm what is held of a dataset, unless that is being done.
    package func revalidation(of scope: DatasetScope, now: Instant) -> (FetchToken, Fetch)? {
        table(of: scope.owner) { $0.revalidation(of: scope, now: now) { Fetch() } }
    }

    /// Keeps a page that was rendered from a state, if that is still the one held.
    package func keep(
        _ page: CachedPage,
        for key: PageKey,
        of snapshot: DatasetSnapshot,
        goodUntil: Instant
    ) -> PageLease? {
        table(of: key.dataset.owner) {
            $0.keep(page, for: key, of: snapshot, cost: page.cost, goodUntil: goodUntil)
        }
    }

    /// Somebody was given the token of a walk through this state.
    package func paginationStarted(in snapshot: DatasetSnapshot, of scope: DatasetScope, now: Instant) {
        table(of: scope.owner) { $0.paginationStarted(in: snapshot, of: scope, now: now) }
    }

    /// Takes back a shared call with what it brought.
    package func complete(
        _ token: FetchToken,
        with finding: FetchOutcome,
        from forwarded: Forwarded,
        now: Instant
    ) -> FetchCompletion {
        let result = table(of: token.dataset.owner) { $0.complete(token, with: finding, now: now) }
        return FetchCompletion(forwarded: forwarded, since: token.plan.since, result: result)
    }

    package func purge(pool: IdentityPoolID?, identity: IdentityID?, dataset: DatasetName?) -> Int {
        shards.reduce(0) { sum, shard in
            sum + shard.table.withLock { $0.purge(pool: pool, identity: identity, dataset: dataset) }
        }
    }

    package func resize(_ limits: RecordsLimits) {
        for shard in shards { shard.table.withLock { $0.resize(limits.divided(by: shards.count)) } }
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

/// What else goes to the service, and what the table learns of it.
extension RecordsCache {
    /// What has been asked of the table for an operation that goes by it, to be handed back with its answer.
    package enum PendingOperation: Sendable {
        case unnoticed
        case observed(BypassToken)
        case write(WriteToken)
        case identity(IdentityScope)
    }

    /// To be called before the operation leaves.
    package func started(_ rule: CacheRule, now: Instant) -> PendingOperation {
        guard notices else { return .unnoticed }
        switch rule {
        case .cached(let key): return observed(key.dataset, now: now)
        case .continued(let request): return observed(request.scope, now: now)
        case .observed(let scope): return observed(scope, now: now)
        case .passed: return .unnoticed
        case .changesDataset(let scope):
            return .write(table(of: scope.owner) { $0.writeStarted(scope, now: now) })
        case .changesIdentity(let owner):
            table(of: owner) { $0.deletionStarted(owner) }
            return .identity(owner)
        }
    }

    private func observed(_ scope: DatasetScope, now: Instant) -> PendingOperation {
        .observed(table(of: scope.owner) { $0.passStarted(scope, now: now) })
    }

    /// To be called once with what came of it, before its caller is answered.
    package func ended(
        _ pending: PendingOperation,
        of operation: Operation,
        with forwarded: Forwarded,
        now: Instant
    ) {
        switch pending {
        case .unnoticed:
            break
        case .observed(let token):
            learn(token, from: forwarded, to: operation)
        case .write(let token):
            let outcome = WriteOutcome(forwarded)
            table(of: token.scope.owner) { $0.writeEnded(token, outcome: outcome, now: now) }
        case .identity(let owner):
            table(of: owner) { $0.deletionEnded(owner) }
        }
    }

    private func learn(_ token: BypassToken, from forwarded: Forwarded, to operation: Operation) {
        guard case .success(let response) = forwarded.result else { return }
        switch operation {
        case .describeDataset:
            guard response.isSuccess || response.head.status.code == 404 else { return }
            table(of: token.scope.owner) { $0.learn(token, exists: response.isSuccess) }
        case .listRecords:
            if let page = forwarded.page {
                table(of: token.scope.owner) { $0.learn(token, from: page) }
            } else if response.deniesSyncCount {
                // The count may be one that the table handed out: then the dataset was made anew.
                doubt(token.scope)
            }
        default:
            break
        }
    }

    /// The next read of the dataset asks the service.
    package func doubt(_ scope: DatasetScope) {
        table(of: scope.owner) { $0.doubt(scope) }
    }

    /// The newest state that is held of a dataset, and the newest session token that the service gave for it.
    package func known(of scope: DatasetScope) -> (syncCount: Int64, sessionToken: String?)? {
        table(of: scope.owner) { $0.known(of: scope) }
    }

    package func recordToken(_ token: String, of scope: DatasetScope) {
        table(of: scope.owner) { $0.recordToken(token, of: scope) }
    }

    /// Takes in a change that a stream tells of; nil for one that tells that, and not what, has changed.
    package func streamed(
        _ change: RecordChange?,
        of scope: DatasetScope,
        syncCount: Int64,
        now: Instant
    ) -> StreamOutcome {
        table(of: scope.owner) { $0.streamed(change, of: scope, syncCount: syncCount, now: now) }
    }

    /// What `lookUp` would decide about a read, and why.
    package func explain(_ key: PageKey, now: Instant) -> Explanation {
        table(of: key.dataset.owner) { $0.explain(key, now: now) }
    }
}

extension Response {
    /// The service does not know the sync count that it was asked about.
    var deniesSyncCount: Bool {
        head.status.code == 400 && body.firstRange(of: "No such SyncCount".utf8) != nil
    }
}
