package import CognitoSync
import HTTPTypes
import Messages
package import Policy
import Serving
import Synchronization

/// The shell around the cache table: lock a shard, ask it, unlock, give its answer.
///
/// Identities are spread over shards, each with its lock, its share of the bytes, and all datasets of its
/// identities: so DeleteDataset finds everything that it makes stale in one shard.
package final class CachedReads: Sendable {
    /// What reaches everybody who waits for one fetch.
    package struct Landing: Sendable {
        package var forwarded: Forwarded
        package var isStored: Bool
        /// A page that may stand in for the error.
        package var stale: CachedPage<KeptPage>?
    }

    package typealias Fetch = Flight<Landing>
    private typealias Table = CacheTable<KeptPage, Fetch>

    private final class Shard: Sendable {
        let table: Mutex<Table>

        init(_ limits: CacheLimits) { table = Mutex(Table(limits: limits)) }
    }

    private let shards: [Shard]
    private let notices: Bool

    /// The limits' bytes are divided evenly among the shards.
    ///
    /// `noticesChanges` is always true in service: a table that takes no notice of writes is what the consistency
    /// checker must find.
    package init(limits: CacheLimits, noticesChanges: Bool = true) {
        notices = noticesChanges
        let count = min(max(1, limits.bytes / Self.leastShard), Self.mostShards)
        shards = (0..<count).map { _ in Shard(limits.divided(by: count)) }
    }

    /// A page may fill an eighth of a shard: this much lets the largest dataset there is, 1 MB, stay.
    private static let leastShard = 16 << 20
    private static let mostShards = 16

    package func lookUp(_ key: PageKey, confirm: Bool, now: Instant) -> Lookup<KeptPage, Fetch> {
        shard(of: key.dataset.owner).table.withLock { table in
            table.lookUp(key, confirm: confirm, now: now) { Fetch() }
        }
    }

    /// A read whose page was found at `place`, for `hit`.
    func hotRead(_ key: PageKey, at place: Int, target: String) -> HotRead {
        HotRead(
            target: WireBytes(target),
            key: key,
            shard: key.dataset.owner.shard(among: shards.count),
            place: place
        )
    }

    /// The page that `lookUp` would give as a hit; nil, and nothing has been asked, where it would not.
    func hit(_ read: HotRead, now: Instant) -> CachedPage<KeptPage>? {
        shards[read.shard].table.withLock { $0.hit(read.key, at: read.place, now: now) }
    }

    /// Stores what a fetch brought, if that is still true, and tells what its waiters are to be told.
    package func complete(_ ticket: Ticket, with forwarded: Forwarded, now: Instant) -> Landing {
        let response = try? forwarded.result.get()
        let facts = response.flatMap { $0.isSuccess ? PageFacts($0) : nil }
        let page = facts == nil ? nil : response.map(KeptPage.init)
        let fill = shard(of: ticket.key.dataset.owner).table.withLock { table in
            table.complete(
                ticket,
                with: page,
                facts: facts,
                cost: page?.cost ?? 0,
                now: now
            )
        }
        noteRefusal(of: ticket.key.dataset, in: forwarded)
        switch fill {
        case .stored: return Landing(forwarded: forwarded, isStored: true, stale: nil)
        case .fenced, .declined: return Landing(forwarded: forwarded, isStored: false, stale: nil)
        case .failed(let stale): return Landing(forwarded: forwarded, isStored: false, stale: stale)
        }
    }

    /// What has been asked of the table for an operation that goes by it, to be handed back with its answer.
    package enum Passage: Sendable {
        case unnoticed
        case observed(PassTicket)
        case write(WriteTicket)
        case identity(IdentityScope)
    }

    /// To be called before the operation leaves.
    package func started(_ rule: CacheRule) -> Passage {
        guard notices else { return .unnoticed }
        switch rule {
        case .cached, .passed:
            return .unnoticed
        case .observed(let scope):
            return .observed(table(of: scope.owner) { $0.passStarted(scope) })
        case .changesDataset(let scope):
            return .write(table(of: scope.owner) { $0.writeStarted(scope) })
        case .changesIdentity(let owner):
            _ = table(of: owner) { $0.identityChanged(owner) }
            return .identity(owner)
        }
    }

    /// To be called with what came of it, before its caller is answered.
    package func ended(_ passage: Passage, of operation: Operation, with forwarded: Forwarded) {
        switch passage {
        case .unnoticed:
            break
        case .observed(let ticket):
            learn(ticket, from: forwarded, to: operation.name)
        case .write(let ticket):
            _ = table(of: ticket.scope.owner) { $0.writeEnded(ticket, outcome: WriteOutcome(forwarded)) }
        case .identity(let owner):
            _ = table(of: owner) { $0.identityChanged(owner) }
        }
    }

    private func learn(_ ticket: PassTicket, from forwarded: Forwarded, to operation: OperationName) {
        guard case .success(let response) = forwarded.result else { return }
        noteRefusal(of: ticket.scope, in: forwarded)
        if operation == .describeDataset {
            guard response.isSuccess || response.head.status.code == 404 else { return }
            table(of: ticket.scope.owner) { $0.learn(ticket, exists: response.isSuccess) }
        } else if response.isSuccess, let facts = PageFacts(response) {
            table(of: ticket.scope.owner) { $0.learn(ticket, facts: facts) }
        }
    }

    /// A sync count that the origin does not know may be one that the table handed out: the dataset was made anew.
    private func noteRefusal(of scope: DatasetScope, in forwarded: Forwarded) {
        guard case .success(let response) = forwarded.result, response.head.status.code == 400,
            response.body.firstRange(of: "No such SyncCount".utf8) != nil
        else { return }
        _ = table(of: scope.owner) { $0.doubt(scope) }
    }

    package func purge(pool: IdentityPoolID?, identity: IdentityID?, dataset: DatasetName?) -> Int {
        shards.reduce(0) { sum, shard in
            sum + shard.table.withLock { $0.purge(pool: pool, identity: identity, dataset: dataset) }
        }
    }

    package func resize(_ limits: CacheLimits) {
        for shard in shards { shard.table.withLock { $0.resize(limits.divided(by: shards.count)) } }
    }

    package var statistics: CacheStatistics {
        shards.reduce(CacheStatistics()) { sum, shard in sum + shard.table.withLock { $0.statistics } }
    }

    private func shard(of owner: IdentityScope) -> Shard {
        shards[owner.shard(among: shards.count)]
    }

    private func table<Result: Sendable>(
        of owner: IdentityScope,
        _ body: (inout CacheTable<KeptPage, Fetch>) -> Result
    ) -> Result {
        shard(of: owner).table.withLock { body(&$0) }
    }
}
