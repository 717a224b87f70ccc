import CognitoSync
import Policy
import Testing

/// What comes late, and what becomes of calls in the air when something is learned beside them.
struct CacheFenceTests {
    @Test func anAnswerThatLeftBeforeAWriteEndedIsNotServedAfterIt() throws {
        var story = Story()
        let key = try pageKey()
        let late = try story.lead(key)
        story.write(.applied(try change("a=2@2")), to: key.dataset)
        #expect(!(try story.land(late, Listing("a=1@1", count: 1)).isStored))
        #expect(story.ask(key) == "fetch 0")
    }

    @Test func anAnswerThatLeftBeforeAWriteEndedPutsItsOutcomeInDoubt() throws {
        var story = Story()
        let key = try pageKey()
        try story.fill(key, Listing("a=1@1", count: 1))
        let late = try story.lead(key, confirm: true)
        story.write(.applied(try change("a=2@2")), to: key.dataset)
        #expect(story.ask(key) == "derive 2")
        let landing = try story.land(late, Listing(count: 1))
        #expect(!landing.isStored)
        #expect(landing.state?.copy.syncCount == 1)
        #expect(story.ask(key) == "confirm 2")
    }

    @Test func whoeverComesAfterAWriteDoesNotJoinACallFromBeforeItsEnd() throws {
        var story = Story()
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
        var story = Story()
        let key = try pageKey()
        try story.fill(key, Listing("a=1@1", count: 1))
        story.write(.rejected, to: key.dataset)
        #expect(story.ask(key) == "derive 1")
        _ = try story.lead(key, confirm: true)
        story.write(.rejected, to: key.dataset)
        #expect(story.ask(key, at: 5000) == "wait 2")
    }

    @Test func whoeverComesAfterANewerAnswerDoesNotJoinACallFromBeforeIt() throws {
        var story = Story()
        _ = try story.lead(try pageKey())
        try story.fill(try pageKey(since: 3), Listing("a=1@5", count: 5))
        #expect(story.ask(try pageKey()) == "fetch 0")
    }

    @Test func anAnswerThatCannotBeHeldIsNotFollowedByAnOlderOne() throws {
        var story = Story()
        let key = try pageKey()
        let early = try story.lead(key)
        var listing = try Listing("a=1@5", count: 5)
        listing.merged = ["notes.us-east-1:2"]
        try story.fill(key, listing, confirm: true)
        #expect(story.ask(key) == "fetch 0")
        #expect(!(try story.land(early, Listing("a=1@4", count: 4)).isStored))
    }

    @Test func whatWasLetGoForRoomIsNotReplacedByAnOlderAnswer() throws {
        var story = Story()
        let key = try pageKey()
        let early = try story.lead(key)
        try story.fill(key, Listing("a=1@5", count: 5), confirm: true)
        story.table.resize(CacheLimits(bytes: 0))
        story.table.resize(CacheLimits(bytes: 1 << 20))
        #expect(!(try story.land(early, Listing("a=1@4", count: 4)).isStored))
        #expect(story.ask(key) == "fetch 0")
    }

    @Test func aDoubtThatWasLetGoForRoomIsNotForgotten() throws {
        var story = Story()
        let key = try pageKey()
        try story.fill(key, Listing("a=1@5", count: 5))
        let early = try story.lead(key, confirm: true)
        story.write(.unknown, to: key.dataset)
        story.table.resize(CacheLimits(bytes: 0))
        story.table.resize(CacheLimits(bytes: 1 << 20))
        #expect(!(try story.land(early, Listing(count: 5)).isStored))
        #expect(story.ask(key) == "fetch 0")
    }

    @Test func aDatasetThatAWriteMadeTooLargeIsNotReplacedByAnOlderAnswer() throws {
        var story = Story(bytes: 8 * 1000)
        let key = try pageKey()
        try story.fill(key, Listing("a=1@1", count: 1))
        let early = try story.lead(key, confirm: true)
        let large = String(repeating: "x", count: 1000)
        story.write(.applied(try change("a=\(large)@2")), to: key.dataset)
        #expect(!(try story.land(early, Listing(count: 1)).isStored))
        #expect(story.ask(key) == "fetch 0")
    }

    @Test func anAnswerThatCameTooLateToBeHeldIsNotFollowedByAnOlderOne() throws {
        var story = Story()
        let key = try pageKey()
        let first = try story.lead(key)
        story.write(.unknown, to: key.dataset)
        let second = try story.lead(key)
        try story.land(first, Listing("a=1@5", count: 5))
        #expect(story.ask(key) == "fetch 0")
        #expect(!(try story.land(second, Listing("a=1@4", count: 4)).isStored))
    }

    @Test func whoeverComesAfterAnAnswerThatShowsTheSameDoesNotJoinACallFromBeforeIt() throws {
        var story = Story()
        let key = try pageKey()
        try story.fill(key, .absent)
        let early = try story.lead(key, confirm: true)
        // Meanwhile it was made, which `early` saw, and deleted.
        try story.fill(key, .absent, confirm: true)
        #expect(story.ask(key, at: 2000) == "fetch 0")
        #expect(!(try story.land(early, Listing("a=1@1", count: 1)).isStored))
    }

    @Test func whoeverComesAfterAReadOfItsOwnDoesNotJoinACallFromBeforeIt() throws {
        var story = Story()
        let key = try pageKey()
        let early = try story.lead(key)
        try story.pass(Listing("a=1@5", count: 5), of: key.dataset)
        #expect(story.ask(key) == "fetch 0")
        #expect(!(try story.land(early, Listing("a=1@4", count: 4)).isStored))
    }

    @Test func whoeverComesAfterADescriptionDoesNotJoinACallFromBeforeIt() throws {
        var story = Story()
        let key = try pageKey()
        _ = try story.lead(key)
        story.table.learn(story.table.passStarted(key.dataset, now: .milliseconds(0)), exists: true)
        #expect(story.ask(key) == "fetch 0")
    }

    @Test func aDoubtAboutWhatIsNotHeldYetReachesTheCallInTheAir() throws {
        var story = Story()
        let key = try pageKey()
        let early = try story.lead(key)
        story.table.doubt(key.dataset)
        #expect(!(try story.land(early, Listing("a=1@4", count: 4)).isStored))
        #expect(story.ask(key) == "fetch 0")
    }

    @Test func aReadOfItsOwnThatShowsTheSameLeavesAllAsItWas() throws {
        var story = Story()
        let key = try pageKey()
        try story.fill(key, Listing("a=1@1", count: 1))
        try story.pass(Listing("a=1@1", count: 1), of: key.dataset)
        story.table.learn(story.table.passStarted(key.dataset, now: .milliseconds(0)), exists: true)
        #expect(story.ask(key) == "derive 1")
        try story.pass(Listing("a=2@2", count: 2), of: key.dataset)
        #expect(story.ask(key) == "confirm 1")
    }

    @Test func aReadOfItsOwnThatShowsAMergePutsTheStateInDoubt() throws {
        var story = Story()
        let key = try pageKey()
        try story.fill(key, Listing("a=1@1", count: 1))
        var merged = try Listing("a=1@1", count: 1)
        merged.merged = ["notes.us-east-1:2"]
        try story.pass(merged, of: key.dataset)
        #expect(story.ask(key) == "confirm 1")
    }

    @Test func theNewsThatADatasetIsGoneDropsIt() throws {
        var story = Story()
        let key = try pageKey()
        try story.fill(key, Listing("a=1@1", count: 1))
        story.table.learn(story.table.passStarted(key.dataset, now: .milliseconds(0)), exists: false)
        #expect(story.ask(key) == "fetch 0")
    }

    @Test func aCallThatNeverComesBackIsNotWaitedForAndTeachesNothingLater() throws {
        var story = Story()
        let key = try pageKey()
        let lost = try story.lead(key)
        #expect(story.ask(key, at: 14_999) == "wait 1")
        let next = try story.lead(key, at: 15_000)
        #expect(story.table.statistics.lostFlights == 1)
        #expect(story.table.statistics.flights == 1)
        try story.land(next, Listing("a=2@2", count: 2), at: 15_001)
        #expect(!(try story.land(lost, Listing("a=1@1", count: 1), at: 15_002).isStored))
        #expect(story.table.statistics.flights == 0)
    }

    @Test func aForgottenDatasetIsNotFilledByACallFromBefore() throws {
        var story = Story()
        let key = try pageKey()
        let lost = try story.lead(key)
        _ = story.table.complete(
            try story.lead(try pageKey("other"), at: 15_000),
            with: .failed,
            now: .milliseconds(0)
        )
        #expect(story.table.statistics.flights == 0)
        story.write(.unknown, to: key.dataset, at: 15_001)
        let next = try story.lead(key, at: 15_002)
        #expect(try story.land(next, Listing("a=2@2", count: 2), at: 15_003).isStored)
        #expect(!(try story.land(lost, Listing("a=1@1", count: 1), at: 15_004).isStored))
        #expect(story.ask(key, at: 15_005) == "confirm 2")
    }
}
