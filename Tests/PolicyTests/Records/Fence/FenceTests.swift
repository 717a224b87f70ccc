import CognitoSync
import Policy
import Testing

/// Late responses, and the fetches in flight when something is learned beside them.
struct FenceTests {
    @Test func aResponseSentForBeforeAWriteEndedIsNotServedAfterIt() throws {
        var script = TableScript()
        let key = try pageKey()
        let late = try script.lead(key)
        script.write(.applied(try change("a=2@2")), to: key.dataset)
        #expect(!(try script.complete(late, ListingBuilder("a=1@1", count: 1)).isStored))
        #expect(script.ask(key) == "fetch 0")
    }

    @Test func aRevalidationFromBeforeAMergedWriteChangesNothing() throws {
        var script = TableScript()
        let key = try pageKey()
        try script.fill(key, ListingBuilder("a=1@1", count: 1))
        let late = try script.lead(key, revalidate: true)
        script.write(.applied(try change("a=2@2")), to: key.dataset)
        #expect(script.ask(key) == "derive 2")
        let result = try script.complete(late, ListingBuilder("a=1@1", count: 1))
        #expect(!result.isStored)
        #expect(result.state?.snapshot.syncCount == 1)
        #expect(script.ask(key) == "derive 2")
    }

    @Test func aReaderAfterAWriteDoesNotJoinAFetchFromBeforeItsEnd() throws {
        var script = TableScript()
        let key = try pageKey()
        _ = try script.lead(key)
        #expect(script.ask(key) == "wait 1")
        let write = script.writeStarted(key.dataset)
        #expect(script.ask(key) == "wait 1")
        script.writeEnded(write, .unknown)
        #expect(script.ask(key) == "fetch 0")
        #expect(script.ask(key) == "wait 2")
    }

    @Test func aRefusedWriteChangesNothing() throws {
        var script = TableScript()
        let key = try pageKey()
        try script.fill(key, ListingBuilder("a=1@1", count: 1))
        script.write(.rejected, to: key.dataset)
        #expect(script.ask(key) == "derive 1")
        _ = try script.lead(key, revalidate: true)
        script.write(.rejected, to: key.dataset)
        #expect(script.ask(key, at: 5000) == "wait 2")
    }

    @Test func aReaderAfterANewerResponseDoesNotJoinAnEarlierFetch() throws {
        var script = TableScript()
        _ = try script.lead(try pageKey())
        try script.fill(try pageKey(since: 3), ListingBuilder("a=1@5", count: 5))
        #expect(script.ask(try pageKey()) == "fetch 0")
    }

    @Test func aResponseThatCannotBeCachedIsNotFollowedByAnOlderOne() throws {
        var script = TableScript()
        let key = try pageKey()
        let early = try script.lead(key)
        var listing = try ListingBuilder("a=1@5", count: 5)
        listing.merged = ["notes.us-east-1:2"]
        try script.fill(key, listing, revalidate: true)
        #expect(script.ask(key) == "fetch 0")
        #expect(!(try script.complete(early, ListingBuilder("a=1@4", count: 4)).isStored))
    }

    @Test func anEvictedStateIsNotReplacedByAnOlderResponse() throws {
        var script = TableScript()
        let key = try pageKey()
        let early = try script.lead(key)
        try script.fill(key, ListingBuilder("a=1@5", count: 5), revalidate: true)
        script.table.resize(RecordsLimits(bytes: 0))
        script.table.resize(RecordsLimits(bytes: 1 << 20))
        #expect(!(try script.complete(early, ListingBuilder("a=1@4", count: 4)).isStored))
        #expect(script.ask(key) == "fetch 0")
    }

    @Test func aDoubtOutlivesTheEvictionOfItsState() throws {
        var script = TableScript()
        let key = try pageKey()
        try script.fill(key, ListingBuilder("a=1@5", count: 5))
        let early = try script.lead(key, revalidate: true)
        script.write(.unknown, to: key.dataset)
        script.table.resize(RecordsLimits(bytes: 0))
        script.table.resize(RecordsLimits(bytes: 1 << 20))
        #expect(!(try script.complete(early, ListingBuilder(count: 5)).isStored))
        #expect(script.ask(key) == "fetch 0")
    }

    @Test func aDatasetThatAWriteMadeTooLargeIsNotReplacedByAnOlderResponse() throws {
        var script = TableScript(bytes: 8 * 1000)
        let key = try pageKey()
        try script.fill(key, ListingBuilder("a=1@1", count: 1))
        let early = try script.lead(key, revalidate: true)
        let large = String(repeating: "x", count: 1000)
        script.write(.applied(try change("a=\(large)@2")), to: key.dataset)
        #expect(!(try script.complete(early, ListingBuilder(count: 1)).isStored))
        #expect(script.ask(key) == "fetch 0")
    }

    @Test func aResponseThatCameTooLateToBeCachedIsNotFollowedByAnOlderOne() throws {
        var script = TableScript()
        let key = try pageKey()
        let first = try script.lead(key)
        script.write(.unknown, to: key.dataset)
        let second = try script.lead(key)
        try script.complete(first, ListingBuilder("a=1@5", count: 5))
        #expect(script.ask(key) == "fetch 0")
        #expect(!(try script.complete(second, ListingBuilder("a=1@4", count: 4)).isStored))
    }

    @Test func aReaderAfterAnEqualResponseDoesNotJoinAnEarlierFetch() throws {
        var script = TableScript()
        let key = try pageKey()
        try script.fill(key, .absent)
        let early = try script.lead(key, revalidate: true)
        // Meanwhile it was created, which `early` saw, and deleted.
        try script.fill(key, .absent, revalidate: true)
        #expect(script.ask(key, at: 2000) == "fetch 0")
        #expect(!(try script.complete(early, ListingBuilder("a=1@1", count: 1)).isStored))
    }

    @Test func aReaderAfterABypassDoesNotJoinAnEarlierFetch() throws {
        var script = TableScript()
        let key = try pageKey()
        let early = try script.lead(key)
        try script.bypass(ListingBuilder("a=1@5", count: 5), of: key.dataset)
        #expect(script.ask(key) == "fetch 0")
        #expect(!(try script.complete(early, ListingBuilder("a=1@4", count: 4)).isStored))
    }

    @Test func aReaderAfterADescriptionDoesNotJoinAnEarlierFetch() throws {
        var script = TableScript()
        let key = try pageKey()
        _ = try script.lead(key)
        script.table.learn(exists: true, of: key.dataset)
        #expect(script.ask(key) == "fetch 0")
    }

    @Test func aDoubtAboutAnUncachedDatasetReachesTheFetchInFlight() throws {
        var script = TableScript()
        let key = try pageKey()
        let early = try script.lead(key)
        script.table.doubt(key.dataset)
        #expect(!(try script.complete(early, ListingBuilder("a=1@4", count: 4)).isStored))
        #expect(script.ask(key) == "fetch 0")
    }

    @Test func aBypassThatShowsTheSameChangesNothing() throws {
        var script = TableScript()
        let key = try pageKey()
        try script.fill(key, ListingBuilder("a=1@1", count: 1))
        try script.bypass(ListingBuilder("a=1@1", count: 1), of: key.dataset)
        script.table.learn(exists: true, of: key.dataset)
        #expect(script.ask(key) == "derive 1")
        try script.bypass(ListingBuilder("a=2@2", count: 2), of: key.dataset)
        #expect(script.ask(key) == "revalidate 1")
    }

    @Test func aBypassThatShowsAMergeMakesTheStateDoubtful() throws {
        var script = TableScript()
        let key = try pageKey()
        try script.fill(key, ListingBuilder("a=1@1", count: 1))
        var merged = try ListingBuilder("a=1@1", count: 1)
        merged.merged = ["notes.us-east-1:2"]
        try script.bypass(merged, of: key.dataset)
        #expect(script.ask(key) == "revalidate 1")
    }

    @Test func aDescriptionOfAnAbsentDatasetInvalidatesIt() throws {
        var script = TableScript()
        let key = try pageKey()
        try script.fill(key, ListingBuilder("a=1@1", count: 1))
        script.table.learn(exists: false, of: key.dataset)
        #expect(script.ask(key) == "fetch 0")
    }

    @Test func aLostFetchIsNotJoinedAndTeachesNothingLater() throws {
        var script = TableScript()
        let key = try pageKey()
        let lost = try script.lead(key)
        #expect(script.ask(key, at: 14_999) == "wait 1")
        let next = try script.lead(key, at: 15_000)
        #expect(script.table.statistics.lostFetches == 1)
        #expect(script.table.statistics.fetches == 1)
        try script.complete(next, ListingBuilder("a=2@2", count: 2), at: 15_001)
        #expect(!(try script.complete(lost, ListingBuilder("a=1@1", count: 1), at: 15_002).isStored))
        #expect(script.table.statistics.fetches == 0)
    }

    @Test func aForgottenDatasetIsNotFilledByAnEarlierFetch() throws {
        var script = TableScript()
        let key = try pageKey()
        let lost = try script.lead(key)
        _ = script.table.complete(
            try script.lead(try pageKey("other"), at: 15_000),
            with: .failed,
            now: .milliseconds(0)
        )
        #expect(script.table.statistics.fetches == 0)
        script.write(.unknown, to: key.dataset, at: 15_001)
        let next = try script.lead(key, at: 15_002)
        #expect(try script.complete(next, ListingBuilder("a=2@2", count: 2), at: 15_003).isStored)
        #expect(!(try script.complete(lost, ListingBuilder("a=1@1", count: 1), at: 15_004).isStored))
        #expect(script.ask(key, at: 15_005) == "revalidate 2")
    }
}
