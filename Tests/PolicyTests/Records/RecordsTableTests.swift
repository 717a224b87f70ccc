import CognitoSync
import Testing

@testable import Policy

/// Reads: what they are answered from, whom they wait for, and how a state ages.
struct RecordsTableTests {
    private func cached(_ change: (inout RecordsLimits) -> Void = { _ in }) throws -> TableScript {
        var story = TableScript(change)
        try story.fill(try pageKey(), ListingBuilder("a=1@3", "b=1@2", count: 3))
        return story
    }

    @Test func everyQuestionThatTheStateCanAnswerIsAnsweredFromIt() throws {
        var story = try cached()
        #expect(story.ask(try pageKey()) == "derive 3")
        #expect(story.ask(try pageKey(maxResults: 1)) == "derive 3")
        #expect(story.ask(try pageKey(since: 3)) == "derive 3")
        #expect(story.ask(try pageKey(since: 4)) == "confirm 3")
        #expect(story.ask(try pageKey(since: 5)) == "wait 2")
        #expect(story.ask(try pageKey(since: 2)) == "fetch 2")
        #expect(story.ask(try pageKey("other")) == "fetch 0")
        #expect(story.ask(try pageKey(owner: 2)) == "fetch 0")
    }

    @Test func aPageThatIsKeptIsAHitWithItsAgeUntilItIsNoLongerFresh() throws {
        var story = try cached()
        let key = try pageKey()
        let lease = try story.keep(key)
        guard case .hit(let page) = story.look(key, at: 1200) else { throw TableScript.NotLed() }
        #expect(page.page == "page")
        #expect(page.age == 1_200_000_000)
        #expect(page.timeToLive == 3_800_000_000)
        #expect(
            page.lease.remainingFreshness(now: .milliseconds(4999))
                == lease.remainingFreshness(now: .milliseconds(4999))
        )
        #expect(lease.remainingFreshness(now: .milliseconds(4999))?.age == 4_999_000_000)
        #expect(lease.remainingFreshness(now: .milliseconds(5000)) == nil)
        #expect(story.ask(key, at: 4999) == "hit page")
        #expect(story.ask(key, at: 5000) == "confirm 3")
    }

    @Test func theLeaseOfAPageThatIsGoneIsNoneForAnother() throws {
        var story = try cached()
        let key = try pageKey()
        let lease = try story.keep(key, "old")
        story.write(.applied(try change("a=2@4")), to: key.dataset)
        #expect(lease.remainingFreshness(now: .milliseconds(0)) == nil)
        let next = try story.keep(key, "new")
        #expect(lease.remainingFreshness(now: .milliseconds(0)) == nil)
        #expect(next.remainingFreshness(now: .milliseconds(0))?.age == 0)
    }

    @Test func aPageOfADoubtedStateIsNoHit() throws {
        var story = try cached()
        let key = try pageKey()
        let lease = try story.keep(key)
        story.table.doubt(key.dataset)
        #expect(lease.remainingFreshness(now: .milliseconds(0)) == nil)
        #expect(story.ask(key) == "confirm 3")
    }

    @Test func aPageWhoseTokenHasBecomeTooOldIsRenderedAnew() throws {
        var story = try cached()
        let key = try pageKey()
        let lease = try story.keep(key, goodUntil: .milliseconds(1000))
        #expect(story.ask(key, at: 999) == "hit page")
        #expect(story.ask(key, at: 1000) == "derive 3")
        #expect(lease.remainingFreshness(now: .milliseconds(1000)) == nil)
    }

    @Test func ageCountsFromTheStartOfTheCall() throws {
        var story = TableScript()
        let key = try pageKey()
        let result = try story.complete(try story.lead(key), ListingBuilder("a=1@1", count: 1), at: 3000)
        #expect(result.state?.age == 3_000_000_000)
        #expect(story.ask(key, at: 4999) == "derive 1")
        #expect(story.ask(key, at: 5000) == "confirm 1")
    }

    @Test func anAbsentDatasetIsRememberedForLess() throws {
        var story = TableScript()
        let key = try pageKey()
        try story.fill(key, .absent)
        #expect(story.ask(key, at: 1999) == "derive 0")
        #expect(story.ask(try pageKey(since: 1), at: 1999) == "fetch 1")
        #expect(story.ask(key, at: 2000) == "fetch 0")
    }

    @Test func anAbsentDatasetThatIsThereNowIsHeldFromNowOn() throws {
        var story = TableScript()
        let key = try pageKey()
        try story.fill(key, .absent)
        let result = try story.fill(key, ListingBuilder("a=1@1", count: 1), at: 2000)
        #expect(result.isStored)
        #expect(story.ask(key, at: 2000) == "derive 1")
    }

    @Test func anAbsentDatasetThatIsStillAbsentIsFreshAgain() throws {
        var story = TableScript()
        let key = try pageKey()
        try story.fill(key, .absent)
        #expect(try story.fill(key, .absent, at: 2000).isStored)
        #expect(story.ask(key, at: 3999) == "derive 0")
    }

    @Test func anAbsentDatasetThatWasMergedWithOthersIsNotHeld() throws {
        var story = TableScript()
        let key = try pageKey()
        try story.fill(key, .absent)
        var merged = ListingBuilder.absent
        merged.merged = ["notes.us-east-1:2"]
        #expect(!(try story.fill(key, merged, at: 2000).isStored))
        #expect(story.ask(key, at: 2000) == "fetch 0")
    }

    @Test func aMergeThatAnotherQuestionShowsPutsTheStateInDoubt() throws {
        var story = TableScript()
        try story.fill(try pageKey(since: 2), ListingBuilder("a=1@3", count: 3))
        var merged = try ListingBuilder("a=1@3", "b=1@2", count: 3)
        merged.merged = ["notes.us-east-1:2"]
        try story.fill(try pageKey(), merged)
        #expect(story.ask(try pageKey(since: 2)) == "confirm 3")
    }

    @Test func aDeletionBeforeTheStateBeganSaysNothingAgainstIt() throws {
        var story = try cached()
        var flagged = try ListingBuilder("a=1@3", "b=1@2", count: 3)
        flagged.wasDeleted = true
        #expect(!(try story.fill(try pageKey(since: 1), flagged).isStored))
        #expect(story.ask(try pageKey()) == "derive 3")
    }

    @Test func readersOfTheSameQuestionShareACallAndOthersWhereItAnswersThemToo() throws {
        var story = TableScript()
        _ = try story.lead(try pageKey(since: 2))
        #expect(story.ask(try pageKey(since: 2)) == "wait 1")
        #expect(story.ask(try pageKey(since: 7, maxResults: 1)) == "wait 1")
        #expect(story.ask(try pageKey()) == "fetch 0")
        #expect(story.ask(try pageKey(since: 1)) == "fetch 1")
    }

    @Test func aWholeListingInTheAirIsNoAnswerToWhatChanged() throws {
        var story = TableScript()
        _ = try story.lead(try pageKey())
        #expect(story.ask(try pageKey()) == "wait 1")
        #expect(story.ask(try pageKey(since: 2)) == "fetch 2")
    }

    @Test func aReaderWhoWantsConfirmationLeadsAndOthersAreServedMeanwhile() throws {
        var story = try cached()
        let key = try pageKey()
        #expect(story.ask(key, revalidate: true) == "confirm 3")
        #expect(story.ask(key, revalidate: true) == "confirm 3")
        #expect(story.ask(key) == "derive 3")
        #expect(story.ask(key, at: 5000) == "wait 3")
    }

    @Test func aStateThatIsPastItsTimeIsServedWhileOneCallConfirmsIt() throws {
        var story = try cached { $0.staleWhileRevalidate = 3_000_000_000 }
        let key = try pageKey()
        #expect(story.ask(key, at: 5000) == "stale 3 and lead")
        #expect(story.ask(key, at: 7999) == "stale 3")
        #expect(story.ask(key, at: 8000) == "wait 2")
    }

    @Test func aStaleStateIsNotServedOnceItIsInDoubt() throws {
        var story = try cached { $0.staleWhileRevalidate = 3_000_000_000 }
        let key = try pageKey()
        story.write(.unknown, to: key.dataset)
        #expect(story.ask(key, at: 5000) == "confirm 3")
    }

    @Test func aStateStandsInForAnErrorUntilItIsTooOldOrInDoubt() throws {
        var story = try cached { $0.staleIfError = 10_000_000_000 }
        let key = try pageKey()
        let first = try story.lead(key, at: 6000)
        let result = story.table.complete(first, with: .failed, now: .milliseconds(7000))
        #expect(result.stale?.snapshot.syncCount == 3)
        #expect(result.stale?.age == 7_000_000_000)
        #expect(result.stale?.timeToLive == 0)
        #expect(result.revalidation == .failed)
        let late = try story.lead(key, at: 14_000)
        #expect(story.table.complete(late, with: .failed, now: .milliseconds(15_000)).stale == nil)
        let doubted = try story.lead(key, at: 14_000)
        story.write(.conflict, to: key.dataset, at: 14_000)
        #expect(story.table.complete(doubted, with: .failed, now: .milliseconds(14_001)).stale == nil)
    }

    @Test func withoutLeaveNothingStandsInForAnError() throws {
        var story = try cached()
        let ticket = try story.lead(try pageKey(), at: 5000)
        #expect(story.table.complete(ticket, with: .failed, now: .milliseconds(5000)).stale == nil)
    }

    @Test func aShorterLifeTakesEffectAtOnce() throws {
        var story = try cached()
        story.table.resize(RecordsLimits(bytes: 1 << 20, fresh: 0))
        #expect(story.ask(try pageKey()) == "confirm 3")
    }

    @Test func whatIsKnownIsTheNewestStateAndItsToken() throws {
        var story = TableScript()
        let scope = try scope()
        #expect(story.table.known(of: scope) == nil)
        var listing = try ListingBuilder("a=1@3", count: 3)
        listing.sessionToken = "first"
        try story.fill(try pageKey(), listing)
        #expect(story.table.known(of: scope)?.syncCount == 3)
        #expect(story.table.known(of: scope)?.sessionToken == "first")
        story.table.recordToken("second", of: scope)
        #expect(story.table.known(of: scope)?.sessionToken == "second")
        try story.fill(try pageKey("absent"), .absent)
        #expect(story.table.known(of: try PolicyTests.scope("absent"))?.syncCount == 0)
    }

    @Test func purgeTakesWhatMatches() throws {
        var story = TableScript()
        let keys = [try pageKey("a"), try pageKey("b"), try pageKey("a", owner: 2)]
        for key in keys {
            try story.fill(key, ListingBuilder("a=1@1", count: 1))
            try story.keep(key)
        }
        #expect(story.table.purge(dataset: try scope("b").dataset) == 1)
        #expect(story.table.purge(pool: try owner(1).pool, identity: try owner(2).identity) == 1)
        #expect(story.table.purge(pool: IdentityPoolID("eu-west-1:a")) == 0)
        #expect(story.table.purge() == 1)
        #expect(story.table.statistics.pages == 0)
        #expect(story.table.statistics.bytes == 0)
        #expect(story.table.statistics.invalidated == [.purge: 3])
    }

    @Test func aCallThatLeftBeforeAPurgeIsNotStored() throws {
        var story = TableScript()
        let ticket = try story.lead(try pageKey())
        _ = story.table.purge()
        #expect(!(try story.complete(ticket, ListingBuilder("a=1@1", count: 1)).isStored))
    }
}
