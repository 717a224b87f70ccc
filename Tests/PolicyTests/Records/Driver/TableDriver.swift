import CognitoSync
import Messages
import TestSupport

@testable import Policy

/// A random history of a table, and an upstream model that each response is compared with, byte by byte.
///
/// Fetches and writes take effect upstream at some step between sending and completion. They complete in any order, or
/// never. The checks of responses are in `deliver`. Before each read, `explain` has to report what `lookUp` then does.
struct TableDriver {
    /// The changes that may happen past the gateway.
    enum Weather: CaseIterable {
        /// Others write. Datasets are deleted through the gateway only, and not remade before that deletion ends.
        case writers
        /// Others delete and remake datasets too. No count shows that. So the state is not checked for the times
        /// `fresh` and `identityCheck`, and everything after them. Writes through the gateway are always checked.
        case remakers
    }

    /// A step of the protocol or a safeguard that is left out, to show that its absence is noticed.
    enum Sabotage: CaseIterable {
        case writesDoNotEnd
        case fetchesForgetWhenTheyWereSent
        case deletionsAreNotStarted
        case bypassesTeachNothing
        case doubtsAreForgotten
        case incarnationIsNotChecked
        case anyFetchIsJoined
        case confirmationsJoinWhatWasSentBefore
    }

    struct Options: Sendable {
        var weather = Weather.writers
        var counting = UpstreamModel.Counting.restarts
        var listsTombstones = false
        /// Whether stale states are served, too.
        var servesStale = false
        /// The nanoseconds after which the incarnation is checked, where others remake datasets.
        var identityCheck: Int64 = 0
        /// Whether every other read asks for confirmation.
        var confirmsOften = false
        var sabotage: Sabotage?
    }

    struct Page {
        let body: [UInt8]
        let next: PageCursor?
    }

    struct Reader {
        let key: PageKey
        let dataset: Int
        let begin: Instant
        /// The oldest state that may be read: it was written, or read, before this read began.
        var floor: Int
        /// The last write through the gateway that had been answered when it began.
        var own: OwnWrite?
        /// The index of the pagination that it continues.
        var pagination: Int?
        var rounds = 0
        /// Whether it asks for a response that upstream gives from now on.
        var isConfirmed = false
        var turn: ConfirmationTurn?
    }

    struct OwnWrite {
        let number: Int
        let changed: [SampleRecord]
    }

    struct PendingFetch {
        enum Kind {
            case shared(FetchToken)
            case bypass(ReadToken)
        }
        enum Seen {
            case listing(Observation, RecordsPage, at: Int64)
            case noSuchCount
        }
        let id: Int
        let kind: Kind
        let dataset: Int
        let since: Int64
        let start: Instant
        var readers: [Reader]
        var seen: Seen?
        /// The number of the state that it saw.
        var number = 0
        /// The result of the incarnation check; nil while that is still to be made.
        var incarnation: IncarnationCheck?
        /// Whether it never comes back.
        var isLost = false
        var isConfirmation = false

        var lease: FetchLease? {
            if case .shared(let token) = kind { token.lease } else { nil }
        }
    }

    struct Write {
        enum Outcome: CaseIterable {
            case applied, silent, rejected, conflict, lost, lostAndApplied, lostAndLate
        }
        let token: WriteToken?
        let dataset: Int
        let outcome: Outcome
        var number: Int?
        var changed: [SampleRecord] = []
    }

    struct Pagination {
        let key: PageKey
        let dataset: Int
        /// The states from which all pages so far can have come.
        var candidates: [Int]
        var next: PageCursor
    }

    static let fresh: Int64 = 5_000_000_000
    static let fetchLimit: Int64 = 15_000_000_000

    let options: Options
    var random: SplitMix64
    var now = Instant(nanoseconds: 0)
    var table: RecordsTable<Page, Int>
    var limits: RecordsLimits
    var upstream: [UpstreamModel]
    /// The oldest state of each dataset that may be read now, by the responses so far.
    var floors: [Int]
    /// The last write to each dataset through the gateway that was answered.
    var own: [OwnWrite?]
    /// The moment at which another writer last remade each dataset past the gateway.
    var remade: [Instant?]
    let scopes: [DatasetScope]
    var fetches: [PendingFetch] = []
    var lastFetch = 0
    /// The readers that wait for their turn, with the signal of each.
    var queued: [(signal: Int, reader: Reader)] = []
    var writes: [Write] = []
    var deletions: [Write] = []
    /// The events that the stream has still to deliver, by dataset.
    var events: [[(number: Int, changed: [SampleRecord])]]
    var paginations: [Pagination] = []
    var leases: [(lease: PageLease, page: Page, key: PageKey, dataset: Int)] = []
    var faults: [String] = []
    var counts = Counts()

    /// The number of times that each case has occurred.
    struct Counts {
        var hits = 0, derived = 0, stale = 0, joins = 0, joinedByLease = 0, raw = 0, again = 0, continued = 0,
            gone = 0, queued = 0, joinedInTurn = 0, servedInTurn = 0
        var unchanged = 0, changed = 0, merged = 0, stoodIn = 0, stored = 0, refused = 0

        private static var all: [WritableKeyPath<Self, Int>] {
            [
                \.queued, \.joinedInTurn, \.servedInTurn, \.hits, \.derived, \.stale, \.joins,
                \.joinedByLease, \.raw, \.again, \.continued, \.gone,
                \.unchanged, \.changed, \.merged, \.stoodIn, \.stored,
                // \.refused: only a caller that counts down is refused.
            ]
        }

        var leastOften: Int { Self.all.map { self[keyPath: $0] }.min() ?? 0 }

        static func + (left: Self, right: Self) -> Self {
            var sum = left
            for path in all { sum[keyPath: path] += right[keyPath: path] }
            return sum
        }
    }

    init(_ options: Options, seed: UInt64) throws {
        self.options = options
        random = SplitMix64(seed: seed)
        limits = RecordsLimits(
            bytes: 1 << 20,
            fresh: Self.fresh,
            absent: 2_000_000_000,
            staleWhileRevalidate: options.servesStale ? 3_000_000_000 : 0,
            staleIfError: options.servesStale ? 20_000_000_000 : 0,
            identityCheck: options.weather == .remakers ? options.identityCheck : 60_000_000_000,
            fetchLimit: Self.fetchLimit,
            pagesPerDataset: 3,
            listsTombstones: options.listsTombstones
        )
        table = RecordsTable(limits: limits)
        scopes = [try scope("a", owner: 1), try scope("b", owner: 1), try scope("a", owner: 2)]
        upstream = scopes.map { _ in
            UpstreamModel(counting: options.counting, listsTombstones: options.listsTombstones)
        }
        floors = scopes.map { _ in 0 }
        own = scopes.map { _ in nil }
        remade = scopes.map { _ in nil }
        events = scopes.map { _ in [] }
    }

    mutating func run(steps: Int) throws {
        for _ in 0..<steps where faults.isEmpty {
            now = now.advanced(byNanoseconds: Int64(random.below(100_000_000)))
            try step()
            if options.sabotage == .doubtsAreForgotten { forgetDoubts() }
            if table.statistics.bytes > limits.bytes + limits.paginationBytes {
                faults.append("more bytes than the limit")
            }
        }
    }

    private mutating func step() throws {
        if fetches.count > 8 { return random.chance(oneIn: 2) ? try takeEffect() : try complete() }
        switch random.below(200) {
        case 0..<60: try lookUp()
        case 60..<66: try bypass()
        case 66..<70: continuePagination()
        case 70..<74: hitByLease()
        case 74..<114: try takeEffect()
        case 114..<144: try complete()
        case 144..<152: startWrite()
        case 152..<162: applyWrite()
        case 162..<170: try endWrite()
        case 170: startDeletion()
        case 171..<174: progressDeletion()
        case 174..<180: changePastTheGateway()
        case 180..<186: try deliverEvent()
        case 186: lose()
        case 187: if random.chance(oneIn: 8) { _ = table.purge(identity: scopes[0].owner.identity) }
        case 188, 189: resize()
        case 190: table.doubt(scopes[someDataset()])
        case 191..<195: joinByLease()
        default: now = now.advanced(byNanoseconds: Int64(random.below(2_000_000_000)))
        }
    }

    /// Draws a dataset; mostly the same one, so that much happens to it at once.
    mutating func someDataset() -> Int { random.chance(oneIn: 4) ? random.below(scopes.count) : 0 }

    private mutating func resize() {
        limits.bytes = [8, 10, 16, 1024][random.below(4)] << 10
        table.resize(limits)
    }

    private mutating func forgetDoubts() {
        for dataset in table.datasets.all {
            guard var cached = table.datasets[dataset]?.cached else { continue }
            cached.doubt = nil
            table.datasets.update(dataset) { [limits] in $0.cache(cached, by: limits) }
        }
    }
}
