import CognitoSync
import Policy

/// Drives a cache table through a random history and compares each answer with what an origin could have
/// said.
///
/// Fetches take effect at the origin at some step between departure and landing, writes likewise, and both
/// land in any order. What it checks is said in `deliver` and `check`.
struct CacheDriver {
    /// What may happen behind the gateway's back.
    enum Weather: CaseIterable {
        /// Others write, and datasets are deleted through the gateway only. Counts start at 1 again, and
        /// nobody makes a dataset anew before its deletion is answered.
        case writers
        /// Others delete and remake datasets too; a new incarnation shows by its lower count.
        case remakers
        /// Others delete, remake and count from 1: an incarnation can look like the one before, so reads may
        /// go back for as long as a page is fresh. All else holds.
        case anything
    }

    /// A call of the protocol that is left out, to show that its absence is noticed.
    enum Sabotage: CaseIterable {
        case writesDoNotEnd
        case fillsForgetWhenTheyLeft
        case deletesAreNotTold
        case passesTeachNothing
    }

    struct Page {
        let key: PageKey
        let number: Int
    }

    struct Reader {
        let key: PageKey
        let dataset: Int
        /// What had been written by writes answered before this read began.
        let written: Int
        /// What had been read by reads answered before this read began.
        let read: Int
    }

    struct Fetch {
        enum Kind {
            case shared(Ticket)
            case own(PassTicket)
        }
        let flight: Int
        let kind: Kind
        let key: PageKey
        let dataset: Int
        let start: Instant
        var readers: [Reader]
        var seen: (state: OriginModel.State, facts: PageFacts)?
        /// It never comes back.
        var isLost = false
    }

    struct Write {
        enum Fate: CaseIterable {
            case applied, silent, rejected, conflict, lost, lostAndApplied, lostAndLate
        }
        let ticket: WriteTicket?
        let dataset: Int
        let fate: Fate
        var number: Int?
        var count: Int64?
    }

    static let fresh: Int64 = 5_000_000_000
    static let flightLimit: Int64 = 15_000_000_000

    let weather: Weather
    let sabotage: Sabotage?
    var random: SeededGenerator
    var now = Instant(nanoseconds: 0)
    var table: CacheTable<Page, Int>
    var limits: CacheLimits
    var origin: [OriginModel]
    var written: [Int]
    var read: [Int]
    let keys: [(key: PageKey, dataset: Int)]
    let scopes: [DatasetScope]
    var fetches: [Fetch] = []
    var lastFetch = 0
    var writes: [Write] = []
    var deletes: [Write] = []
    var faults: [String] = []
    var hits = 0
    var joins = 0
    var stored = 0
    var stoodIn = 0

    init(weather: Weather, sabotage: Sabotage? = nil, seed: UInt64, staleIfError: Int64 = 0) throws {
        self.weather = weather
        self.sabotage = sabotage
        random = SeededGenerator(seed: seed)
        limits = CacheLimits(
            bytes: 12 * 4096,
            fresh: Self.fresh,
            absent: 2_000_000_000,
            staleIfError: staleIfError,
            flightLimit: Self.flightLimit,
            pagesPerDataset: 3
        )
        table = CacheTable(limits: limits)
        scopes = try [scope("a", owner: 1), scope("b", owner: 1), scope("a", owner: 2), scope("b", owner: 2)]
        keys = scopes.enumerated().flatMap { dataset, scope in
            [nil, 1, 2, 3].map {
                (PageKey(dataset: scope, lastSyncCount: $0, maxResults: nil, nextToken: nil), dataset)
            }
        }
        origin = scopes.map { _ in OriginModel(counting: weather == .remakers ? .belowTheLast : .fromOne) }
        written = scopes.map { _ in 0 }
        read = written
    }

    mutating func run(steps: Int) {
        for _ in 0..<steps where faults.isEmpty {
            now = now.advanced(byNanoseconds: Int64(random.below(60_000_000)))
            step()
            if table.statistics.bytes > limits.bytes { faults.append("more bytes than the limit") }
        }
    }

    private mutating func step() {
        if fetches.count > 12 { return random.chance(oneIn: 2) ? takeEffect() : land() }
        switch random.below(200) {
        case 0..<90: lookUp()
        case 90..<94: pass()
        case 94..<134: takeEffect()
        case 134..<166: land()
        case 166..<172: startWrite()
        case 172..<178: applyWrite()
        case 178..<184: endWrite()
        case 184: delete()
        case 185..<188: progressDelete()
        case 188..<194: meddle()
        case 194: lose()
        case 195:
            if random.chance(oneIn: 10) { _ = table.purge(identity: scopes[random.below(4)].owner.identity) }
        case 196: resize()
        default: now = now.advanced(byNanoseconds: Int64(random.below(500_000_000)))
        }
    }

    private mutating func resize() {
        limits.bytes = [8, 12, 64].map { $0 * 4096 }[random.below(3)]
        table.resize(limits)
    }
}
