import CognitoSync
import Policy
import Testing

/// What the table says it would do is what it does.
struct ExplanationTests {
    private typealias Table = RecordsTable<String, Int>

    private let scope: DatasetScope
    private let now = Instant(nanoseconds: 1_000_000_000_000)

    init() throws {
        let owner = IdentityScope(
            pool: try #require(IdentityPoolID("us-east-1:a")),
            identity: try #require(IdentityID("us-east-1:1"))
        )
        scope = DatasetScope(owner: owner, dataset: try #require(DatasetName("notes")))
    }

    private static func table() -> Table {
        var limits = RecordsLimits(bytes: 1 << 20)
        limits.staleWhileRevalidate = 2_000_000_000
        return Table(limits: limits)
    }

    private func key(_ since: Int64) -> PageKey { PageKey(dataset: scope, since: since, maxResults: nil) }

    /// An answer of a dataset whose record `r` changed at each count of `counts`.
    private func seen(_ counts: ClosedRange<Int64>?, since: Int64) throws -> Observation {
        let newest = counts?.upperBound ?? 0
        let records = (counts ?? 0...0).filter { $0 > since }
            .map { #"{"Key":"r\#($0)","SyncCount":\#($0),"Value":"v"}"# }
        let body = Array(
            #"{"DatasetExists":\#(counts != nil),"DatasetSyncCount":\#(newest),"Records":[\#(records.joined(separator: ","))]}"#
                .utf8
        )
        return Observation(try RecordsPage.scan(body), of: body, since: since, requestID: nil)
    }

    private func fill(_ table: inout Table, _ counts: ClosedRange<Int64>?, since: Int64 = 0) throws {
        guard case .lead(let ticket, _) = table.lookUp(key(since), now: now, fetch: { 1 }) else {
            Issue.record("not led")
            return
        }
        let finding = FetchOutcome.seen(try seen(counts, since: ticket.plan.since), at: nil, .notChecked)
        _ = table.complete(ticket, with: finding, now: now)
    }

    /// The explanation of a read, after checking it against the decision itself.
    @discardableResult
    private func explain(_ table: Table, since: Int64, at time: Instant? = nil) -> Explanation {
        var table = table
        let time = time ?? now
        let explanation = table.explain(key(since), now: time)
        let done: Explanation.Outcome? =
            switch table.lookUp(key(since), now: time, fetch: { 99 }) {
            case .hit: .hit
            case .derive: .derived
            case .stale: .stale
            case .wait: .joined
            case .lead(let ticket, _): if case .revalidate = ticket.plan { .delta } else { .fetch }
            case .gone: nil
            }
        #expect(explanation.outcome == done)
        return explanation
    }

    private func later(_ seconds: Int64) -> Instant { now.advanced(byNanoseconds: seconds * 1_000_000_000) }

    @Test func nothingIsHeldAtFirst() {
        var table = Self.table()
        #expect(explain(table, since: 0) == Explanation(.fetch, because: [.unheld]))
        _ = table.lookUp(key(0), now: now, fetch: { 1 })
        #expect(explain(table, since: 0) == Explanation(.joined, because: [.inTheAir, .unheld]))
        #expect(explain(table, since: 3) == Explanation(.fetch, because: [.unheld]))
    }

    @Test func countsThatAreCoveredAreDerived() throws {
        var table = Self.table()
        try fill(&table, 1...7)
        let whole = explain(table, since: 0, at: later(1))
        #expect(whole.outcome == .derived && whole.reasons == [.fresh, .whole])
        let cached = try #require(whole.cached)
        #expect(
            cached.syncCount == 7 && cached.base == 7 && cached.isWhole && cached.exists
                && cached.doubt == nil
        )
        #expect(cached.records == 7 && cached.bytes > 200)
        #expect(cached.age == 1_000_000_000 && cached.timeToLive == 4_000_000_000)
        #expect(explain(table, since: 7).reasons == [.fresh, .withinCounts])
        let below = explain(table, since: 6)
        #expect(below.outcome == .fetch && below.reasons == [.belowBase, .fresh])
        let above = explain(table, since: 8)
        #expect(above.outcome == .delta && above.reasons == [.aboveCount, .fresh])
    }

    @Test func aListingOfChangesIsNotWhole() throws {
        var table = Self.table()
        try fill(&table, 1...7, since: 5)
        #expect(explain(table, since: 5).outcome == .derived)
        let whole = explain(table, since: 0)
        #expect(whole.outcome == .fetch && whole.reasons == [.notWhole, .fresh])
    }

    @Test func aPageThatWasMadeIsAHit() throws {
        var table = Self.table()
        try fill(&table, 1...7)
        guard case .derive(let state) = table.lookUp(key(0), now: now, fetch: { 1 }) else {
            Issue.record("not derived")
            return
        }
        _ = table.keep("page", for: key(0), of: state.snapshot, cost: 10, goodUntil: later(2))
        #expect(explain(table, since: 0).reasons == [.fresh, .whole, .ready])
        #expect(explain(table, since: 0, at: later(3)).outcome == .derived)
        #expect(explain(table, since: 7).outcome == .derived)
    }

    @Test func timeGoesBy() throws {
        var table = Self.table()
        try fill(&table, 1...7)
        #expect(explain(table, since: 0, at: later(5)).outcome == .stale)
        let expired = explain(table, since: 0, at: later(7))
        #expect(expired.outcome == .delta && expired.reasons == [.expired, .whole])
        #expect(expired.cached?.timeToLive == 0)
        _ = table.lookUp(key(0), now: later(7), fetch: { 1 })
        #expect(explain(table, since: 0, at: later(7)).reasons == [.expired, .whole, .inTheAir])
    }

    @Test func aDoubtIsSettledByADelta() throws {
        var table = Self.table()
        try fill(&table, 1...7)
        table.doubt(scope)
        let doubted = explain(table, since: 7)
        #expect(doubted.outcome == .delta && doubted.reasons == [.doubted, .fresh, .withinCounts])
        #expect(doubted.cached?.doubt == .told)
        #expect(explain(table, since: 3).outcome == .fetch)
    }

    /// A change that a stream tells of, of records whose counts are these.
    private func change(_ counts: Int64...) throws -> RecordChange {
        let records = counts.map { #"{"Key":"r\#($0)","SyncCount":\#($0),"Value":"v"}"# }
        let body = Array(#"{"Records":[\#(records.joined(separator: ","))]}"#.utf8)
        return try #require(RecordChange(try UpdateRecordsResponse.scan(body).records, of: body))
    }

    @Test func whatAStreamTellsShows() throws {
        var table = Self.table()
        try fill(&table, 1...7)
        #expect(table.streamed(try change(7), of: scope, syncCount: 7, now: now) == .known)
        #expect(table.streamed(try change(8), of: scope, syncCount: 8, now: now) == .merged)
        #expect(explain(table, since: 7).cached?.syncCount == 8)
        #expect(table.streamed(try change(10), of: scope, syncCount: 10, now: now) == .doubted)
        #expect(explain(table, since: 7).cached?.doubt == .stream)
        #expect(explain(table, since: 7).outcome == .delta)
    }

    @Test func nothingIsDerivedOfADatasetThatDoesNotExist() throws {
        var table = Self.table()
        try fill(&table, nil)
        let absent = explain(table, since: 0)
        #expect(absent.outcome == .derived && absent.reasons == [.fresh, .absent])
        #expect(absent.cached?.exists == false)
        #expect(explain(table, since: 1).outcome == .fetch)
    }

    /// In a random history, at each step, for each count.
    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func itNeverSaysWhatTheTableWouldNotDo(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: state >> 33) % bound
        }
        var (table, time, newest) = (Self.table(), now, Int64(1))
        var inTheAir: [FetchToken] = []
        var outcomes: [Explanation.Outcome: Int] = [:]
        for _ in 0..<3000 {
            let asked = key(Int64(next(Int(newest) + 2)))
            switch next(8) {
            case 0, 1, 2:
                switch table.lookUp(asked, revalidate: next(6) == 0, now: time, fetch: { 1 }) {
                case .lead(let ticket, _), .stale(_, (let ticket, _)?): inTheAir.append(ticket)
                case .derive(let cached):
                    let goodUntil = time.advanced(byNanoseconds: 1_500_000_000)
                    _ = table.keep("page", for: asked, of: cached.snapshot, cost: 10, goodUntil: goodUntil)
                default: break
                }
            case 3, 4:
                guard !inTheAir.isEmpty else { continue }
                let ticket = inTheAir.remove(at: next(inTheAir.count))
                let seen = try seen(1...newest, since: min(ticket.plan.since, newest))
                let finding =
                    next(5) == 0 ? FetchOutcome.failed : .seen(seen, at: nil, .same(creationDate: [0x31]))
                _ = table.complete(ticket, with: finding, now: time)
            case 5: time = time.advanced(byNanoseconds: Int64(next(2_000_000_000)))
            case 6: if newest < 12 { newest += 1 } else { (_, newest) = (table.purge(), 1) }
            default: if next(3) == 0 { table.doubt(scope) }
            }
            for since in 0...newest + 1 {
                outcomes[explain(table, since: since, at: time).outcome, default: 0] += 1
            }
        }
        #expect(
            Explanation.Outcome.allCases.allSatisfy { $0 == .pass || outcomes[$0, default: 0] > 0 },
            "\(outcomes)"
        )
    }
}
