import CognitoSync
import Policy
import Testing

/// What comes late, and what becomes of calls in the air when something is learned beside them.
struct FenceTests {
    @Test func anAnswerThatLeftBeforeAWriteEndedIsNotServedAfterIt() throws {
        var story = TableScript()
        let key = try pageKey()
        let late = try story.lead(key)
        story.write(.applied(try change("a=2@2")), to: key.dataset)
        #expect(!(try story.complete(late, ListingBuilder("a=1@1", count: 1)).isStored))
        #expect(story.ask(key) == "fetch 0")
    }

    @Test func anAnswerThatLeftBeforeAWriteEndedPutsItsOutcomeInDoubt() throws {
        var story = TableScript()
        let key = try pageKey()
        try story.fill(key, ListingBuilder("a=1@1", count: 1))
        let late = try story.lead(key, revalidate: true)
        story.write(.applied(try change("a=2@2")), to: key.dataset)
        #expect(story.ask(key) == "derive 2")
        let result = try story.complete(late, ListingBuilder(count: 1))
        #expect(!result.isStored)
        #expect(result.state?.snapshot.syncCount == 1)
        #expect(story.ask(key) == "confirm 2")
    }

    @Test func whoeverComesAfterAWriteDoesNotJoinACallFromBeforeItsEnd() throws {
        var story = TableScript()
        let key = try pageKey()
        _ = try story.lead(key)
        #expect(story.ask(key) == "wait 1")
        let write = story.writeStarted(key.dataset)
        #expect(story.ask(key) == "wait 1")
        story.writeEnded(write, .unknown)
        #expect(story.ask(key) == "fetch 0")
        #expect(story.ask(key) == "wait 2")
    }

    @Test func aRefusedWriteLeavesAllAsItWas() throws {
        var story = TableScript()
        let key = try pageKey()
        try story.fill(key, ListingBuilder("a=1@1", count: 1))
        story.write(.rejected, to: key.dataset)
        #expect(story.ask(key) == "derive 1")
        _ = try story.lead(key, revalidate: true)
        story.write(.rejected, to: key.dataset)
        #expect(story.ask(key, at: 5000) == "wait 2")
    }

    @Test func whoeverComesAfterANewerAnswerDoesNotJoinACallFromBeforeIt() throws {
        var story = TableScript()
        _ = try story.lead(try pageKey())
        try story.fill(try pageKey(since: 3), ListingBuilder("a=1@5", count: 5))
        #expect(story.ask(try pageKey()) == "fetch 0")
    }

    @Test func anAnswerThatCannotBeHeldIsNotFollowedByAnOlderOne() throws {
        var story = TableScript()
        let key = try pageKey()
        let early = try story.lead(key)
        var listing = try ListingBuilder("a=1@5", count: 5)
        listing.merged = ["notes.us-east-1:2"]
        try story.fill(key, listing, revalidate: true)
        #expect(story.ask(key) == "fetch 0")
        #expect(!(try story.complete(early, ListingBuilder("a=1@4", count: 4)).isStored))
    }

    @Test func whatWasLetGoForRoomIsNotReplacedByAnOlderAnswer() throws {
        var story = TableScript()
        let key = try pageKey()
        let early = try story.lead(key)
        try story.fill(key, ListingBuilder("a=1@5", count: 5), revalidate: true)
        story.table.resize(RecordsLimits(bytes: 0))
        story.table.resize(RecordsLimits(bytes: 1 << 20))
        #expect(!(try story.complete(early, ListingBuilder("a=1@4", count: 4)).isStored))
        #expect(story.ask(key) == "fetch 0")
    }

    @Test func aDoubtThatWasLetGoForRoomIsNotForgotten() throws {
        var story = TableScript()
        let key = try pageKey()
        try story.fill(key, ListingBuilder("a=1@5", count: 5))
        let early = try story.lead(key, revalidate: true)
        story.write(.unknown, to: key.dataset)
        story.table.resize(RecordsLimits(bytes: 0))
        story.table.resize(RecordsLimits(bytes: 1 << 20))
        #expect(!(try story.complete(early, ListingBuilder(count: 5)).isStored))
        #expect(story.ask(key) == "fetch 0")
    }

    @Test func aDatasetThatAWriteMadeTooLargeIsNotReplacedByAnOlderAnswer() throws {
        var story = TableScript(bytes: 8 * 1000)
        let key = try pageKey()
        try story.fill(key, ListingBuilder("a=1@1", count: 1))
        let early = try story.lead(key, revalidate: true)
        let large = String(repeating: "x", count: 1000)
        story.write(.applied(try change("a=\(large)@2")), to: key.dataset)
        #expect(!(try story.complete(early, ListingBuilder(count: 1)).isStored))
        #expect(story.ask(key) == "fetch 0")
    }

    @Test func anAnswerThatCameTooLateToBeHeldIsNotFollowedByAnOlderOne() throws {
        var story = TableScript()
        let key = try pageKey()
        let first = try story.lead(key)
        story.write(.unknown, to: key.dataset)
        let second = try story.lead(key)
        try story.complete(first, ListingBuilder("a=1@5", count: 5))
        #expect(story.ask(key) == "fetch 0")
        #expect(!(try story.complete(second, ListingBuilder("a=1@4", count: 4)).isStored))
    }

    @Test func whoeverComesAfterAnAnswerThatShowsTheSameDoesNotJoinACallFromBeforeIt() throws {
        var story = TableScript()
        let key = try pageKey()
        try story.fill(key, .absent)
        let early = try story.lead(key, revalidate: true)
        // Meanwhile it was made, which `early` saw, and deleted.
        try story.fill(key, .absent, revalidate: true)
        #expect(story.ask(key, at: 2000) == "fetch 0")
        #expect(!(try story.complete(early, ListingBuilder("a=1@1", count: 1)).isStored))
    }

    @Test func whoeverComesAfterAReadOfItsOwnDoesNotJoinACallFromBeforeIt() throws {
        var story = TableScript()
        let key = try pageKey()
        let early = try story.lead(key)
        try story.pass(ListingBuilder("a=1@5", count: 5), of: key.dataset)
        #expect(story.ask(key) == "fetch 0")
        #expect(!(try story.complete(early, ListingBuilder("a=1@4", count: 4)).isStored))
    }

    @Test func whoeverComesAfterADescriptionDoesNotJoinACallFromBeforeIt() throws {
        var story = TableScript()
        let key = try pageKey()
        _ = try story.lead(key)
        story.table.learn(story.table.passStarted(key.dataset, now: .milliseconds(0)), exists: true)
        #expect(story.ask(key) == "fetch 0")
    }

    @Test func aDoubtAboutWhatIsNotHeldYetReachesTheCallInTheAir() throws {
        var story = TableScript()
        let key = try pageKey()
        let early = try story.lead(key)
        story.table.doubt(key.dataset)
        #expect(!(try story.complete(early, ListingBuilder("a=1@4", count: 4)).isStored))
        #expect(story.ask(key) == "fetch 0")
    }

    @Test func aReadOfItsOwnThatShowsTheSameLeavesAllAsItWas() throws {
        var story = TableScript()
        let key = try pageKey()
        try story.fill(key, ListingBuilder("a=1@1", count: 1))
        try story.pass(ListingBuilder("a=1@1", count: 1), of: key.dataset)
        story.table.learn(story.table.passStarted(key.dataset, now: .milliseconds(0)), exists: true)
        #expect(story.ask(key) == "derive 1")
        try story.pass(ListingBuilder("a=2@2", count: 2), of: key.dataset)
        #expect(story.ask(key) == "confirm 1")
    }

    @Test func aReadOfItsOwnThatShowsAMergePutsTheStateInDoubt() throws {
        var story = TableScript()
        let key = try pageKey()
        try story.fill(key, ListingBuilder("a=1@1", count: 1))
        var merged = try ListingBuilder("a=1@1", count: 1)
        merged.merged = ["notes.us-east-1:2"]
        try story.pass(merged, of: key.dataset)
        #expect(story.ask(key) == "confirm 1")
    }

    @Test func theNewsThatADatasetIsGoneDropsIt() throws {
        var story = TableScript()
        let key = try pageKey()
        try story.fill(key, ListingBuilder("a=1@1", count: 1))
        story.table.learn(story.table.passStarted(key.dataset, now: .milliseconds(0)), exists: false)
        #expect(story.ask(key) == "fetch 0")
    }

    @Test func aCallThatNeverComesBackIsNotWaitedForAndTeachesNothingLater() throws {
        var story = TableScript()
        let key = try pageKey()
        let lost = try story.lead(key)
        #expect(story.ask(key, at: 14_999) == "wait 1")
        let next = try story.lead(key, at: 15_000)
        #expect(story.table.statistics.lostFetches == 1)
        #expect(story.table.statistics.fetches == 1)
        try story.complete(next, ListingBuilder("a=2@2", count: 2), at: 15_001)
        #expect(!(try story.complete(lost, ListingBuilder("a=1@1", count: 1), at: 15_002).isStored))
        #expect(story.table.statistics.fetches == 0)
    }

    @Test func aForgottenDatasetIsNotFilledByACallFromBefore() throws {
        var story = TableScript()
        let key = try pageKey()
        let lost = try story.lead(key)
        _ = story.table.complete(
            try story.lead(try pageKey("other"), at: 15_000),
            with: .failed,
            now: .milliseconds(0)
        )
        #expect(story.table.statistics.fetches == 0)
        story.write(.unknown, to: key.dataset, at: 15_001)
        let next = try story.lead(key, at: 15_002)
        #expect(try story.complete(next, ListingBuilder("a=2@2", count: 2), at: 15_003).isStored)
        #expect(!(try story.complete(lost, ListingBuilder("a=1@1", count: 1), at: 15_004).isStored))
        #expect(story.ask(key, at: 15_005) == "confirm 2")
    }
}
