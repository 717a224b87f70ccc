import CognitoSync
import Messages
import TestSupport
import Testing

@testable import Policy

/// Explanations: they report what the table does.
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

    /// Returns the key of a second page in the cached snapshot, or in another that the digest stands for.
    private func second(_ table: Table, digest: UInt64? = nil) throws -> PageKey {
        let first = PageKey(dataset: scope, since: 0, maxResults: 2)
        let cached = try #require(table.cached(of: scope)?.snapshot)
        let next = try #require(cached.render(first, sessionToken: nil, nextToken: { _ in "" })?.next)
        let cursor = PageCursor(
            since: next.since,
            syncCount: next.syncCount,
            digest: digest ?? next.digest,
            index: next.index
        )
        return PageKey(dataset: scope, since: 0, maxResults: 2, cursor: cursor)
    }

    /// Returns a response of a dataset in which a record changed at each count of `counts`.
    private func seen(_ counts: ClosedRange<Int64>?, since: Int64) throws -> Observation {
        let newest = counts?.upperBound ?? 0
        let records = (counts ?? 0...0).filter { $0 > since }
            .map { #"{"Key":"r\#($0)","LastModifiedDate":\#($0),"SyncCount":\#($0),"Value":"v"}"# }
        let body = Array(
            #"{"DatasetExists":\#(counts != nil),"DatasetSyncCount":\#(newest),"Records":[\#(records.joined(separator: ","))]}"#
                .utf8
        )
        return Observation(try RecordsPage.scan(body), of: body, since: since, requestID: nil)
    }

    private func fill(_ table: inout Table, _ counts: ClosedRange<Int64>?, since: Int64 = 0) throws {
        guard case .lead(let token, _) = table.lookUp(key(since), now: now, fetch: { 1 }) else {
            Issue.record("not led")
            return
        }
        let outcome = FetchOutcome.seen(try seen(counts, since: token.plan.since), at: nil, .notChecked)
        _ = table.complete(token, with: outcome, now: now)
    }

    /// Returns the explanation of a read, after checking it against the read itself.
    @discardableResult
    private func explain(_ table: Table, since: Int64, at time: Instant? = nil) -> Explanation {
        explain(table, key(since), at: time)
    }

    @discardableResult
    private func explain(_ table: Table, _ key: PageKey, at time: Instant? = nil) -> Explanation {
        var table = table
        let time = time ?? now
        let explanation = table.explain(key, now: time)
        let lookup = table.lookUp(key, now: time, fetch: { 99 })
        #expect(explanation.outcome == Explanation.Outcome(lookup))
        return explanation
    }

    private func later(_ seconds: Int64) -> Instant { now.advanced(byNanoseconds: seconds * 1_000_000_000) }

    @Test func nothingIsCachedAtFirst() {
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

    @Test func aPageThatWasRenderedIsAHit() throws {
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

    @Test func aStateThatAgesIsStaleThenExpired() throws {
        var table = Self.table()
        try fill(&table, 1...7)
        #expect(explain(table, since: 0, at: later(5)).outcome == .stale)
        let expired = explain(table, since: 0, at: later(7))
        #expect(expired.outcome == .delta && expired.reasons == [.expired, .whole])
        #expect(expired.cached?.timeToLive == 0)
        _ = table.lookUp(key(0), now: later(7), fetch: { 1 })
        #expect(explain(table, since: 0, at: later(7)).reasons == [.expired, .whole, .inTheAir])
    }

    @Test func aDoubtIsResolvedByADelta() throws {
        var table = Self.table()
        try fill(&table, 1...7)
        table.doubt(scope)
        let doubted = explain(table, since: 7)
        #expect(doubted.outcome == .delta && doubted.reasons == [.doubted, .fresh, .withinCounts])
        #expect(doubted.cached?.doubt == .told)
        #expect(explain(table, since: 3).outcome == .fetch)
    }

    /// Returns a change of records with these counts, as a stream shows it.
    private func change(_ counts: Int64...) throws -> RecordChange {
        let records = counts.map {
            #"{"Key":"r\#($0)","LastModifiedDate":\#($0),"SyncCount":\#($0),"Value":"v"}"#
        }
        let body = Array(#"{"Records":[\#(records.joined(separator: ","))]}"#.utf8)
        return try #require(RecordChange(try UpdateRecordsResponse.scan(body).records, of: body))
    }

    @Test func aStreamEventShows() throws {
        var table = Self.table()
        try fill(&table, 1...7)
        #expect(table.streamed(try change(7), of: scope, now: now) == .known)
        #expect(table.streamed(try change(8), of: scope, now: now) == .merged)
        #expect(explain(table, since: 7).cached?.syncCount == 8)
        #expect(table.streamed(try change(10), of: scope, now: now) == .doubted)
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

    @Test func aPaginationIsDerivedFetchedOrGone() throws {
        var table = Self.table()
        try fill(&table, 1...7)
        let next = try second(table)
        #expect(explain(table, next).outcome == .derived)
        #expect(explain(table, next, at: later(60)).reasons == [.samePagination])
        let other = explain(table, try second(table, digest: 1))
        #expect(other.outcome == .delta && other.reasons == [.otherSnapshot, .fresh])
        // The snapshot of the pagination is retained, until it is too old.
        let snapshot = try #require(table.cached(of: scope)?.snapshot)
        table.paginationStarted(in: snapshot, of: scope, now: now)
        #expect(table.streamed(try change(8), of: scope, now: now) == .merged)
        let retained = explain(table, next, at: later(59))
        #expect(retained.outcome == .derived && retained.reasons == [.samePagination])
        #expect(retained.cached?.syncCount == 8)
        let gone = explain(table, next, at: later(60))
        #expect(gone.outcome == .gone && gone.reasons == [.otherSnapshot])
        _ = table.purge()
        #expect(explain(table, next) == Explanation(.fetch, because: [.unheld]))
    }

    /// Compares explanation and read in a random history, at each step, for each count.
    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func theExplanationIsAlwaysWhatTheTableDoes(
        seed: UInt64
    ) throws {
        var random = SplitMix64(seed: seed)
        func next(_ bound: Int) -> Int { random.below(bound) }
        var (table, time, newest) = (Self.table(), now, Int64(1))
        var inFlight: [FetchToken] = []
        var outcomes: [Explanation.Outcome: Int] = [:]
        for _ in 0..<3000 {
            let asked = key(Int64(next(Int(newest) + 2)))
            switch next(8) {
            case 0, 1, 2:
                switch table.lookUp(asked, revalidate: next(6) == 0, now: time, fetch: { 1 }) {
                case .lead(let token, _), .stale(_, (let token, _)?): inFlight.append(token)
                case .derive(let cached):
                    let goodUntil = time.advanced(byNanoseconds: 1_500_000_000)
                    _ = table.keep("page", for: asked, of: cached.snapshot, cost: 10, goodUntil: goodUntil)
                default: break
                }
            case 3, 4:
                guard !inFlight.isEmpty else { continue }
                let token = inFlight.remove(at: next(inFlight.count))
                let seen = try seen(1...newest, since: min(token.plan.since, newest))
                let outcome =
                    next(5) == 0 ? FetchOutcome.failed : .seen(seen, at: nil, .same(creationDate: [0x31]))
                _ = table.complete(token, with: outcome, now: time)
            case 5: time = time.advanced(byNanoseconds: Int64(next(2_000_000_000)))
            case 6: if newest < 12 { newest += 1 } else { (_, newest) = (table.purge(), 1) }
            default: if next(3) == 0 { table.doubt(scope) }
            }
            for since in 0...newest + 1 {
                outcomes[explain(table, since: since, at: time).outcome, default: 0] += 1
            }
        }
        #expect(
            Explanation.Outcome.allCases.allSatisfy {
                $0 == .pass || $0 == .gone || outcomes[$0, default: 0] > 0
            },
            "\(outcomes)"
        )
    }
}
