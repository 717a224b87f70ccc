import CognitoSync
import Policy
import Testing

/// The table in single stories; `CacheTablePropertyTests` has them mixed.
struct CacheTableTests {
    private typealias Table = CacheTable<String, Int>

    private let start = Instant(nanoseconds: 0)

    private func table(
        bytes: Int = 1 << 20,
        staleIfError: Int64 = 0,
        pagesPerDataset: Int = 64
    ) -> Table {
        Table(limits: CacheLimits(bytes: bytes, staleIfError: staleIfError, pagesPerDataset: pagesPerDataset))
    }

    private func lead(
        _ table: inout Table,
        _ key: PageKey,
        confirm: Bool = false,
        flight: Int = 0,
        at now: Instant
    ) throws -> Ticket {
        guard case .lead(let ticket, _, _) = table.lookUp(key, confirm: confirm, now: now, flight: { flight })
        else {
            throw NotLed()
        }
        return ticket
    }

    private struct NotLed: Error {}

    private func fill(
        _ table: inout Table,
        _ key: PageKey,
        _ page: String = "page",
        count: Int64 = 1,
        exists: Bool = true,
        at now: Instant
    ) throws -> Fill<String> {
        let ticket = try lead(&table, key, at: now)
        let facts = PageFacts(syncCount: count, exists: exists)
        return table.complete(ticket, with: page, facts: facts, cost: 100, now: now)
    }

    private func outcome(
        _ table: inout Table,
        _ key: PageKey,
        confirm: Bool = false,
        at now: Instant
    ) -> String {
        switch table.lookUp(key, confirm: confirm, now: now, flight: { 99 }) {
        case .hit(let page): "hit \(page.page)"
        case .wait(let flight): "wait \(flight)"
        case .lead(_, _, let stale): "lead" + (stale.map { " stale \($0.page)" } ?? "")
        }
    }

    @Test func aFilledPageIsAHitWithItsAgeUntilItIsNoLongerFresh() throws {
        var table = table()
        let key = try pageKey()
        guard case .stored = try fill(&table, key, at: start) else { throw NotLed() }
        guard case .hit(let page) = table.lookUp(key, now: .milliseconds(1200), flight: { 1 }) else {
            throw NotLed()
        }
        #expect(page.page == "page")
        #expect(page.age == 1_200_000_000)
        #expect(page.timeToLive == 3_800_000_000)
        #expect(!page.isAbsent)
        #expect(outcome(&table, key, at: .milliseconds(4999)) == "hit page")
        #expect(outcome(&table, key, at: .milliseconds(5000)) == "lead")
    }

    @Test func ageCountsFromTheStartOfTheFetch() throws {
        var table = table()
        let key = try pageKey()
        let ticket = try lead(&table, key, at: start)
        let facts = PageFacts(syncCount: 1, exists: true)
        _ = table.complete(ticket, with: "slow", facts: facts, cost: 0, now: .milliseconds(3000))
        #expect(outcome(&table, key, at: .milliseconds(4999)) == "hit slow")
        #expect(outcome(&table, key, at: .milliseconds(5000)) == "lead")
    }

    @Test func aPageThatIsTooOldOnArrivalIsNotKept() throws {
        var table = table()
        let ticket = try lead(&table, try pageKey(), at: start)
        let facts = PageFacts(syncCount: 1, exists: true)
        guard
            case .declined = table.complete(ticket, with: "", facts: facts, cost: 0, now: .milliseconds(5000))
        else { throw NotLed() }
        #expect(table.statistics == CacheStatistics())
    }

    @Test func anAbsentDatasetIsRememberedForLess() throws {
        var table = table()
        let key = try pageKey()
        _ = try fill(&table, key, "none", count: 0, exists: false, at: start)
        #expect(outcome(&table, key, at: .milliseconds(1999)) == "hit none")
        #expect(outcome(&table, key, at: .milliseconds(2000)) == "lead")
    }

    @Test func laterReadersJoinAFetchInTheAirUntilItIsTooOld() throws {
        var table = table()
        let key = try pageKey()
        _ = try lead(&table, key, flight: 7, at: start)
        #expect(outcome(&table, key, at: .milliseconds(14_999)) == "wait 7")
        #expect(outcome(&table, key, at: .milliseconds(15_000)) == "lead")
    }

    @Test func aFetchThatNeverComesBackIsForgottenWhenTheNextOneLeaves() throws {
        var table = table()
        _ = try lead(&table, try pageKey("lost"), at: start)
        #expect(table.statistics.datasets == 1)
        let ticket = try lead(&table, try pageKey("other"), at: .milliseconds(15_000))
        _ = table.complete(ticket, with: nil, facts: nil, cost: 0, now: .milliseconds(15_001))
        #expect(table.statistics.lostFlights == 1)
        #expect(table.statistics.flights == 0)
        #expect(table.statistics.datasets == 0)
    }

    @Test func aReaderWhoWantsConfirmationLeadsAndOthersJoinThat() throws {
        var table = table()
        let key = try pageKey()
        _ = try fill(&table, key, "old", at: start)
        let first = try lead(&table, key, confirm: true, flight: 1, at: start)
        _ = try lead(&table, key, confirm: true, flight: 2, at: start)
        #expect(outcome(&table, key, at: .milliseconds(1)) == "hit old")
        _ = table.writeEnded(table.writeStarted(key.dataset), outcome: .unknown)
        _ = try lead(&table, key, confirm: true, flight: 3, at: .milliseconds(2))
        #expect(outcome(&table, key, at: .milliseconds(3)) == "wait 3")
        let facts = PageFacts(syncCount: 1, exists: true)
        guard case .fenced = table.complete(first, with: "", facts: facts, cost: 0, now: .milliseconds(4))
        else {
            throw NotLed()
        }
    }

    @Test(arguments: [
        (WriteOutcome.applied(newest: 2), true), (.applied(newest: nil), true), (.conflict, true),
        (.unknown, true), (.rejected, false),
    ])
    func onlyARefusedWriteLeavesPagesAndFetchesAlone(outcome: WriteOutcome, voids: Bool) throws {
        var table = table()
        let (kept, fetched) = (try pageKey(after: 1), try pageKey(after: 2))
        _ = try fill(&table, kept, at: start)
        let ticket = try lead(&table, fetched, flight: 5, at: start)
        let write = table.writeStarted(kept.dataset)
        #expect(self.outcome(&table, kept, at: start) == "hit page")
        #expect(table.writeEnded(write, outcome: outcome) == (voids ? 1 : 0))
        #expect(self.outcome(&table, kept, at: start) == (voids ? "lead" : "hit page"))
        #expect(self.outcome(&table, fetched, at: start) == (voids ? "lead" : "wait 5"))
        let facts = PageFacts(syncCount: 1, exists: true)
        switch table.complete(ticket, with: "late", facts: facts, cost: 0, now: start) {
        case .stored: #expect(!voids)
        case .fenced: #expect(voids)
        case .declined, .failed: Issue.record("neither stored nor fenced")
        }
    }

    @Test func aWriteToOneDatasetLeavesTheOthersAlone() throws {
        var table = table()
        let (mine, other) = (try pageKey("mine"), try pageKey("other"))
        _ = try fill(&table, mine, at: start)
        _ = try fill(&table, other, at: start)
        #expect(table.writeEnded(table.writeStarted(mine.dataset), outcome: .applied(newest: 2)) == 1)
        #expect(outcome(&table, other, at: start) == "hit page")
    }

    @Test func deletingADatasetVoidsTheWholeIdentityAndNoOther() throws {
        var table = table()
        let keys = [try pageKey("a"), try pageKey("b"), try pageKey("a", owner: 2)]
        for key in keys { _ = try fill(&table, key, at: start) }
        #expect(table.identityChanged(try owner(1)) == 2)
        #expect(keys.map { outcome(&table, $0, at: start) } == ["lead", "lead", "hit page"])
        #expect(table.statistics.invalidated == [.delete: 2])
    }

    @Test func aNewerCountDropsTheOlderPages() throws {
        var table = table()
        _ = try fill(&table, try pageKey(after: 1), count: 7, at: start)
        _ = try fill(&table, try pageKey(after: 2), count: 8, at: start)
        #expect(outcome(&table, try pageKey(after: 1), at: start) == "lead")
        #expect(outcome(&table, try pageKey(after: 2), at: start) == "hit page")
        #expect(table.statistics.invalidated == [.newer: 1])
    }

    @Test func aLowerCountIsBelievedWhenItComesTwice() throws {
        var table = table()
        let key = try pageKey()
        _ = try fill(&table, try pageKey(after: 1), count: 7, at: start)
        guard case .fenced = try fill(&table, key, count: 2, at: start) else { throw NotLed() }
        #expect(outcome(&table, try pageKey(after: 1), at: start) == "lead")
        guard case .stored = try fill(&table, key, count: 2, at: start) else { throw NotLed() }
    }

    @Test func twoPagesFetchedAtOnceAreBothKept() throws {
        var table = table()
        let tickets = [
            try lead(&table, try pageKey(after: 1), at: start),
            try lead(&table, try pageKey(after: 2), at: start),
        ]
        let facts = PageFacts(syncCount: 7, exists: true)
        for ticket in tickets { _ = table.complete(ticket, with: "page", facts: facts, cost: 0, now: start) }
        #expect(table.statistics.pages == 2)
    }

    @Test func whatAPassTeachesDropsOlderPagesAndKeepsEqualOnes() throws {
        var table = table()
        let key = try pageKey()
        _ = try fill(&table, key, count: 7, at: start)
        table.learn(table.passStarted(key.dataset), facts: PageFacts(syncCount: 7, exists: true))
        table.learn(table.passStarted(key.dataset), exists: true)
        #expect(outcome(&table, key, at: start) == "hit page")
        table.learn(table.passStarted(key.dataset), facts: PageFacts(syncCount: 8, exists: true))
        #expect(outcome(&table, key, at: start) == "lead")
    }

    @Test func theNewsThatADatasetIsGoneDropsItsPages() throws {
        var table = table()
        let key = try pageKey()
        _ = try fill(&table, key, count: 7, at: start)
        table.learn(table.passStarted(key.dataset), exists: false)
        #expect(outcome(&table, key, at: start) == "lead")
    }

    @Test func aDoubtfulDatasetIsFetchedAnew() throws {
        var table = table()
        let key = try pageKey()
        _ = try fill(&table, key, at: start)
        #expect(table.doubt(key.dataset) == 1)
        #expect(outcome(&table, key, at: start) == "lead")
    }

    @Test func anAnswerWithAnImpossibleCountIsNoAnswer() throws {
        var table = table()
        guard case .failed(stale: nil) = try fill(&table, try pageKey(), count: -1, at: start) else {
            throw NotLed()
        }
        #expect(table.statistics == CacheStatistics())
    }

    @Test func aStalePageStandsInForAnErrorUntilAWriteComes() throws {
        var table = table(staleIfError: 10_000_000_000)
        let key = try pageKey()
        _ = try fill(&table, key, "old", at: start)
        #expect(outcome(&table, key, at: .milliseconds(14_999)) == "lead stale old")
        #expect(outcome(&table, key, confirm: true, at: .milliseconds(15_000)) == "lead")
        _ = try fill(&table, try pageKey("other"), at: .milliseconds(16_000))

        let again = try pageKey("again")
        _ = try fill(&table, again, "first", at: .milliseconds(20_000))
        let ticket = try lead(&table, again, at: .milliseconds(26_000))
        let failed = table.complete(ticket, with: nil, facts: nil, cost: 0, now: .milliseconds(27_000))
        guard case .failed(let stale?) = failed else { throw NotLed() }
        #expect(stale.page == "first")
        #expect(stale.age == 7_000_000_000)
        #expect(stale.timeToLive == 0)

        let late = try lead(&table, again, at: .milliseconds(28_000))
        _ = table.writeEnded(table.writeStarted(again.dataset), outcome: .unknown)
        let afterWrite = table.complete(late, with: nil, facts: nil, cost: 0, now: .milliseconds(28_001))
        guard case .failed(stale: nil) = afterWrite else { throw NotLed() }
    }

    @Test func purgeTakesWhatMatches() throws {
        var table = table()
        let keys = [try pageKey("a"), try pageKey("b"), try pageKey("a", owner: 2)]
        for key in keys { _ = try fill(&table, key, at: start) }
        #expect(table.purge(dataset: try scope("b").dataset) == 1)
        #expect(table.purge(pool: try owner(1).pool, identity: try owner(2).identity) == 1)
        #expect(table.purge(pool: IdentityPoolID("eu-west-1:a")) == 0)
        #expect(table.purge() == 1)
        #expect(table.statistics.pages == 0)
        #expect(table.statistics.invalidated == [.purge: 3])
    }
}
