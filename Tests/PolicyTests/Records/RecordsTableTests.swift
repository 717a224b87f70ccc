import CognitoSync
import Testing

@testable import Policy

/// Reads: the state that they are served from, the fetch that they join, and the age of a state.
struct RecordsTableTests {
    private func cached(_ change: (inout RecordsLimits) -> Void = { _ in }) throws -> TableScript {
        var script = TableScript(change)
        try script.fill(try pageKey(), ListingBuilder("a=1@3", "b=1@2", count: 3))
        return script
    }

    @Test func everyReadThatTheStateCanServeIsServedFromIt() throws {
        var script = try cached()
        #expect(script.ask(try pageKey()) == "derive 3")
        #expect(script.ask(try pageKey(maxResults: 1)) == "derive 3")
        #expect(script.ask(try pageKey(since: 3)) == "derive 3")
        #expect(script.ask(try pageKey(since: 4)) == "revalidate 3")
        #expect(script.ask(try pageKey(since: 5)) == "wait 2")
        #expect(script.ask(try pageKey(since: 2)) == "fetch 2")
        #expect(script.ask(try pageKey("other")) == "fetch 0")
        #expect(script.ask(try pageKey(owner: 2)) == "fetch 0")
    }

    @Test func aCachedPageIsAHitWithItsAgeWhileItIsFresh() throws {
        var script = try cached()
        let key = try pageKey()
        let lease = try script.keep(key)
        guard case .hit(let page) = script.look(key, at: 1200) else { throw TableScript.NotLed() }
        #expect(page.page == "page")
        #expect(page.age == 1_200_000_000)
        #expect(page.timeToLive == 3_800_000_000)
        #expect(
            page.lease.remainingFreshness(now: .milliseconds(4999))
                == lease.remainingFreshness(now: .milliseconds(4999))
        )
        #expect(lease.remainingFreshness(now: .milliseconds(4999))?.age == 4_999_000_000)
        #expect(lease.remainingFreshness(now: .milliseconds(5000)) == nil)
        #expect(script.ask(key, at: 4999) == "hit page")
        #expect(script.ask(key, at: 5000) == "revalidate 3")
    }

    @Test func theLeaseOfAPageThatIsGoneIsNoneForAnother() throws {
        var script = try cached()
        let key = try pageKey()
        let lease = try script.keep(key, "old")
        script.write(.applied(try change("a=2@4")), to: key.dataset)
        #expect(lease.remainingFreshness(now: .milliseconds(0)) == nil)
        let next = try script.keep(key, "new")
        #expect(lease.remainingFreshness(now: .milliseconds(0)) == nil)
        #expect(next.remainingFreshness(now: .milliseconds(0))?.age == 0)
    }

    @Test func aPageOfADoubtedStateIsNoHit() throws {
        var script = try cached()
        let key = try pageKey()
        let lease = try script.keep(key)
        script.table.doubt(key.dataset)
        #expect(lease.remainingFreshness(now: .milliseconds(0)) == nil)
        #expect(script.ask(key) == "revalidate 3")
    }

    @Test func aPageWhoseTokenIsTooOldIsRenderedAgain() throws {
        var script = try cached()
        let key = try pageKey()
        let lease = try script.keep(key, goodUntil: .milliseconds(1000))
        #expect(script.ask(key, at: 999) == "hit page")
        #expect(script.ask(key, at: 1000) == "derive 3")
        #expect(lease.remainingFreshness(now: .milliseconds(1000)) == nil)
    }

    @Test func ageCountsFromTheStartOfTheFetch() throws {
        var script = TableScript()
        let key = try pageKey()
        let result = try script.complete(try script.lead(key), ListingBuilder("a=1@1", count: 1), at: 3000)
        #expect(result.state?.age == 3_000_000_000)
        #expect(script.ask(key, at: 4999) == "derive 1")
        #expect(script.ask(key, at: 5000) == "revalidate 1")
    }

    @Test func anAbsentDatasetIsRememberedForLess() throws {
        var script = TableScript()
        let key = try pageKey()
        try script.fill(key, .absent)
        #expect(script.ask(key, at: 1999) == "derive 0")
        #expect(script.ask(try pageKey(since: 1), at: 1999) == "fetch 1")
        #expect(script.ask(key, at: 2000) == "fetch 0")
    }

    @Test func anAbsentDatasetThatNowExistsIsCachedFromNowOn() throws {
        var script = TableScript()
        let key = try pageKey()
        try script.fill(key, .absent)
        let result = try script.fill(key, ListingBuilder("a=1@1", count: 1), at: 2000)
        #expect(result.isStored)
        #expect(script.ask(key, at: 2000) == "derive 1")
    }

    @Test func anAbsentDatasetThatIsStillAbsentIsFreshAgain() throws {
        var script = TableScript()
        let key = try pageKey()
        try script.fill(key, .absent)
        #expect(try script.fill(key, .absent, at: 2000).isStored)
        #expect(script.ask(key, at: 3999) == "derive 0")
    }

    @Test func anAbsentDatasetThatWasMergedWithOthersIsNotCached() throws {
        var script = TableScript()
        let key = try pageKey()
        try script.fill(key, .absent)
        var merged = ListingBuilder.absent
        merged.merged = ["notes.us-east-1:2"]
        #expect(!(try script.fill(key, merged, at: 2000).isStored))
        #expect(script.ask(key, at: 2000) == "fetch 0")
    }

    @Test func aMergeThatAnotherReadShowsMakesTheStateDoubtful() throws {
        var script = TableScript()
        try script.fill(try pageKey(since: 2), ListingBuilder("a=1@3", count: 3))
        var merged = try ListingBuilder("a=1@3", "b=1@2", count: 3)
        merged.merged = ["notes.us-east-1:2"]
        try script.fill(try pageKey(), merged)
        #expect(script.ask(try pageKey(since: 2)) == "revalidate 3")
    }

    @Test func aDeletionBeforeTheSnapshotBeganDoesNotConcernIt() throws {
        var script = try cached()
        var flagged = try ListingBuilder("a=1@3", "b=1@2", count: 3)
        flagged.wasDeleted = true
        #expect(!(try script.fill(try pageKey(since: 1), flagged).isStored))
        #expect(script.ask(try pageKey()) == "derive 3")
    }

    @Test func readersOfOneKeyShareAFetchAndOthersJoinWhereItServesThemToo() throws {
        var script = TableScript()
        _ = try script.lead(try pageKey(since: 2))
        #expect(script.ask(try pageKey(since: 2)) == "wait 1")
        #expect(script.ask(try pageKey(since: 7, maxResults: 1)) == "wait 1")
        #expect(script.ask(try pageKey()) == "fetch 0")
        #expect(script.ask(try pageKey(since: 1)) == "fetch 1")
    }

    @Test func aWholeListingInFlightIsNoResponseToAListOfChanges() throws {
        var script = TableScript()
        _ = try script.lead(try pageKey())
        #expect(script.ask(try pageKey()) == "wait 1")
        #expect(script.ask(try pageKey(since: 2)) == "fetch 2")
    }

    @Test func aReaderThatRevalidatesLeadsAndOthersAreServedMeanwhile() throws {
        var script = try cached()
        let key = try pageKey()
        #expect(script.ask(key, revalidate: true) == "revalidate 3")
        #expect(script.ask(key, revalidate: true) == "revalidate 3")
        #expect(script.ask(key) == "derive 3")
        #expect(script.ask(key, at: 5000) == "wait 3")
    }

    @Test func aStaleStateIsServedWhileOneFetchRevalidatesIt() throws {
        var script = try cached { $0.staleWhileRevalidate = 3_000_000_000 }
        let key = try pageKey()
        #expect(script.ask(key, at: 5000) == "stale 3 and lead")
        #expect(script.ask(key, at: 7999) == "stale 3")
        #expect(script.ask(key, at: 8000) == "wait 2")
    }

    @Test func aStaleStateIsNotServedOnceItIsDoubtful() throws {
        var script = try cached { $0.staleWhileRevalidate = 3_000_000_000 }
        let key = try pageKey()
        script.write(.unknown, to: key.dataset)
        #expect(script.ask(key, at: 5000) == "revalidate 3")
    }

    @Test func aStateStandsInForAnErrorUntilItIsTooOldOrDoubtful() throws {
        var script = try cached { $0.staleIfError = 10_000_000_000 }
        let key = try pageKey()
        let first = try script.lead(key, at: 6000)
        let result = script.table.complete(first, with: .failed, now: .milliseconds(7000))
        #expect(result.stale?.snapshot.syncCount == 3)
        #expect(result.stale?.age == 7_000_000_000)
        #expect(result.stale?.timeToLive == 0)
        #expect(result.revalidation == .failed)
        let late = try script.lead(key, at: 14_000)
        #expect(script.table.complete(late, with: .failed, now: .milliseconds(15_000)).stale == nil)
        let doubted = try script.lead(key, at: 14_000)
        script.write(.conflict, to: key.dataset, at: 14_000)
        #expect(script.table.complete(doubted, with: .failed, now: .milliseconds(14_001)).stale == nil)
    }

    @Test func withoutALimitNothingStandsInForAnError() throws {
        var script = try cached()
        let token = try script.lead(try pageKey(), at: 5000)
        #expect(script.table.complete(token, with: .failed, now: .milliseconds(5000)).stale == nil)
    }

    @Test func aShorterLifeTakesEffectAtOnce() throws {
        var script = try cached()
        script.table.resize(RecordsLimits(bytes: 1 << 20, fresh: 0))
        #expect(script.ask(try pageKey()) == "revalidate 3")
    }

    @Test func theCountOfTheCachedStateIsKnown() throws {
        var script = TableScript()
        #expect(script.table.syncCount(of: try scope()) == nil)
        try script.fill(try pageKey(), ListingBuilder("a=1@3", count: 3))
        #expect(script.table.syncCount(of: try scope()) == 3)
        try script.fill(try pageKey("absent"), .absent)
        #expect(script.table.syncCount(of: try PolicyTests.scope("absent")) == 0)
    }

    @Test func aPurgeInvalidatesWhatMatches() throws {
        var script = TableScript()
        let keys = [try pageKey("a"), try pageKey("b"), try pageKey("a", owner: 2)]
        for key in keys {
            try script.fill(key, ListingBuilder("a=1@1", count: 1))
            try script.keep(key)
        }
        #expect(script.table.purge(dataset: try scope("b").dataset) == 1)
        #expect(script.table.purge(pool: try owner(1).pool, identity: try owner(2).identity) == 1)
        #expect(script.table.purge(pool: IdentityPoolID("eu-west-1:a")) == 0)
        #expect(script.table.purge() == 1)
        #expect(script.table.statistics.pages == 0)
        #expect(script.table.statistics.bytes == 0)
        #expect(script.table.statistics.invalidated == [.purge: 3])
    }

    @Test func aFetchSentBeforeAPurgeIsNotStored() throws {
        var script = TableScript()
        let token = try script.lead(try pageKey())
        _ = script.table.purge()
        #expect(!(try script.complete(token, ListingBuilder("a=1@1", count: 1)).isStored))
    }
}
