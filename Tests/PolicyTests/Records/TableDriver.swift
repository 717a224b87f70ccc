import CognitoSync

@testable import Policy

/// Drives a cache table through a random history and compares each answer, byte by byte, with what an origin
/// could have said.
///
/// Calls and writes take effect at the origin at some step between departure and landing, and land in any
/// order, or never. What it checks is said in `deliver`.
struct TableDriver {
    /// What may happen behind the gateway's back.
    enum Weather: CaseIterable {
        /// Others write; datasets are deleted through the gateway only, and nobody makes one anew before its
        /// deletion is answered.
        case writers
        /// Others delete and remake datasets too. No count tells then, so for `fresh` after that nothing is
        /// checked of the dataset; after it, all is.
        case remakers
    }

    /// A step of the protocol or a safeguard that is left out, to show that its absence is noticed.
    enum Sabotage: CaseIterable {
        case writesDoNotEnd
        case callsForgetWhenTheyLeft
        case deletesAreNotTold
        case passesTeachNothing
        case doubtsAreForgotten
        case originIsNotAsked
        case anyCallIsJoined
    }

    struct Options: Sendable {
        var weather = Weather.writers
        var counting = UpstreamModel.Counting.restarts
        var listsTombstones = false
        /// States past their time are served, too.
        var servesStale = false
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
        /// No older state than this may be read: what was written, or read, before this read began.
        let floor: Int
        /// Which walk it goes on in.
        var pagination: Int?
        var rounds = 0
    }

    struct Call {
        enum Kind {
            case shared(FetchToken)
            case own(BypassToken)
        }
        enum Seen {
            case listing(Observation, RecordsPage, at: Int64)
            case noSuchCount
        }
        let fetch: Int
        let kind: Kind
        let dataset: Int
        let since: Int64
        let start: Instant
        var readers: [Reader]
        var seen: Seen?
        /// The state that it saw.
        var number = 0
        /// Nil while it has still to be asked for.
        var incarnation: IncarnationCheck?
        /// It never comes back.
        var isLost = false

        var lease: FetchLease? {
            if case .shared(let ticket) = kind { ticket.lease } else { nil }
        }
    }

    struct Write {
        enum Outcome: CaseIterable {
            case applied, silent, rejected, conflict, lost, lostAndApplied, lostAndLate
        }
        let ticket: WriteToken?
        let dataset: Int
        let outcome: Outcome
        var number: Int?
        var changed: [SampleRecord] = []
    }

    struct PaginationRun {
        let key: PageKey
        let dataset: Int
        /// The states that all pages so far can have come from.
        var candidates: [Int]
        var next: PageCursor
    }

    static let fresh: Int64 = 5_000_000_000
    static let fetchLimit: Int64 = 15_000_000_000

    let options: Options
    var random: SeededGenerator
    var now = Instant(nanoseconds: 0)
    var table: RecordsTable<Page, Int>
    var limits: RecordsLimits
    var upstream: [UpstreamModel]
    /// What has been written, and read, by what was answered.
    var floors: [Int]
    /// When somebody last remade a dataset round the gateway.
    var remade: [Instant?]
    let scopes: [DatasetScope]
    var calls: [Call] = []
    var lastFlight = 0
    var writes: [Write] = []
    var deletes: [Write] = []
    /// What the stream has still to tell, by dataset.
    var news: [[(number: Int, changed: [SampleRecord])]]
    var paginationRuns: [PaginationRun] = []
    var leases: [(lease: PageLease, page: Page, key: PageKey, dataset: Int)] = []
    var faults: [String] = []
    var counts = Counts()

    /// How often what is to be tested has happened.
    struct Counts {
        var hits = 0, derived = 0, stale = 0, joins = 0, joinedByLease = 0, raw = 0, again = 0, walked = 0,
            gone = 0
        var unchanged = 0, changed = 0, merged = 0, stoodIn = 0, stored = 0

        private static var all: [WritableKeyPath<Self, Int>] {
            [
                \.hits, \.derived, \.stale, \.joins, \.joinedByLease, \.raw, \.again, \.walked, \.gone,
                \.unchanged, \.changed, \.merged, \.stoodIn, \.stored,
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
        random = SeededGenerator(seed: seed)
        limits = RecordsLimits(
            bytes: 1 << 20,
            fresh: Self.fresh,
            absent: 2_000_000_000,
            staleWhileRevalidate: options.servesStale ? 3_000_000_000 : 0,
            staleIfError: options.servesStale ? 20_000_000_000 : 0,
            identityCheck: options.weather == .remakers ? 0 : 60_000_000_000,
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
        remade = scopes.map { _ in nil }
        news = scopes.map { _ in [] }
    }

    mutating func run(steps: Int) throws {
        for _ in 0..<steps where faults.isEmpty {
            now = now.advanced(byNanoseconds: Int64(random.below(100_000_000)))
            try step()
            if options.sabotage == .doubtsAreForgotten {
                for dataset in table.datasets.handles { table.datasets[dataset]?.cached?.doubt = nil }
            }
            if table.statistics.bytes > limits.bytes + limits.paginationBytes {
                faults.append("more bytes than the limit")
            }
        }
    }

    private mutating func step() throws {
        if calls.count > 8 { return random.chance(oneIn: 2) ? try takeEffect() : try complete() }
        switch random.below(200) {
        case 0..<60: try lookUp()
        case 60..<66: try pass()
        case 66..<70: goOn()
        case 70..<74: askAgainByLease()
        case 74..<114: try takeEffect()
        case 114..<144: try complete()
        case 144..<152: startWrite()
        case 152..<162: applyWrite()
        case 162..<170: try endWrite()
        case 170: delete()
        case 171..<174: progressDelete()
        case 174..<180: meddle()
        case 180..<186: try tell()
        case 186: lose()
        case 187: if random.chance(oneIn: 8) { _ = table.purge(identity: scopes[0].owner.identity) }
        case 188, 189: resize()
        case 190: table.doubt(scopes[someDataset()])
        case 191..<195: joinByLease()
        default: now = now.advanced(byNanoseconds: Int64(random.below(2_000_000_000)))
        }
    }

    /// Most happens to one dataset, so that much happens to it at once.
    mutating func someDataset() -> Int { random.chance(oneIn: 4) ? random.below(scopes.count) : 0 }

    private mutating func resize() {
        limits.bytes = [8, 10, 16, 1024][random.below(4)] << 10
        table.resize(limits)
    }
}
