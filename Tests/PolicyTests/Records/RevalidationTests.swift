import CognitoSync
import Policy
import Testing

/// What the answer to a confirmation makes of the state.
struct RevalidationTests {
    private let same = IncarnationCheck.same(creationDate: Array("1.5E9".utf8))

    private func cached(_ change: (inout RecordsLimits) -> Void = { _ in }) throws -> TableScript {
        var story = TableScript(change)
        try story.fill(try pageKey(), ListingBuilder("a=1@3", "b=1@2", count: 3))
        try story.keep(try pageKey())
        return story
    }

    @Test func unchangedMakesEverythingFreshAgainAndKeepsItsPages() throws {
        var story = try cached()
        let result = try story.fill(try pageKey(since: 3), ListingBuilder(count: 3), at: 6000)
        #expect(result.revalidation == .unchanged)
        #expect(result.isStored)
        #expect(story.ask(try pageKey(), at: 10_999) == "hit page")
        #expect(story.ask(try pageKey(since: 3), at: 10_999) == "derive 3")
        #expect(story.ask(try pageKey(), at: 11_000) == "confirm 3")
    }

    @Test func unchangedRendersPagesWithTheServicesTokensAnew() throws {
        var story = try cached { $0.keepsOriginTokens = true }
        try story.fill(try pageKey(), ListingBuilder(count: 3), at: 6000)
        #expect(story.ask(try pageKey(), at: 6000) == "derive 3")
    }

    @Test func changedBringsTheStateForward() throws {
        var story = try cached()
        let result = try story.fill(try pageKey(), ListingBuilder("b@5", "c=1@4", count: 5), same, at: 6000)
        #expect(result.revalidation == .changed)
        #expect(result.state?.snapshot.syncCount == 5)
        #expect(
            story.read(try pageKey(), at: 6000)
                == page(of: [try SampleRecord("a=1@3"), try SampleRecord("c=1@4")], count: 5)
        )
        #expect(story.table.statistics.invalidated == [.newer: 1])
    }

    @Test func aLowerCountVoidsTheStateAndIsAskedForAgain() throws {
        var story = try cached()
        let result = try story.fill(try pageKey(), ListingBuilder(count: 2), same, at: 6000)
        #expect(result.mustAskAgain)
        #expect(result.state == nil)
        #expect(result.revalidation == .changed)
        #expect(story.ask(try pageKey(), at: 6000) == "fetch 0")
        #expect(story.table.statistics.invalidated == [.contradiction: 1])
    }

    @Test func aCountThatTheServiceDoesNotKnowVoidsTheState() throws {
        var story = try cached()
        let ticket = try story.lead(try pageKey(), at: 6000)
        let result = story.table.complete(ticket, with: .unknownCount, now: .milliseconds(6000))
        #expect(result.mustAskAgain)
        #expect(story.ask(try pageKey(), at: 6000) == "fetch 0")
    }

    @Test func aCountThatTheServiceDoesNotKnowSaysNothingToWhoAskedForIt() throws {
        var story = TableScript()
        let ticket = try story.lead(try pageKey(since: 9))
        let result = story.table.complete(ticket, with: .unknownCount, now: .milliseconds(0))
        #expect(!result.mustAskAgain && result.state == nil && result.revalidation == nil)
    }

    @Test(arguments: ["deleted", "absent", "merged", "unknown member", "doubtful"])
    func whatIsNotTheSameDatasetAnyMoreVoidsTheState(case name: String) throws {
        var story = try cached()
        var listing = try ListingBuilder("a=2@4", count: 4)
        switch name {
        case "deleted": listing.wasDeleted = true
        case "absent": listing = .absent
        case "merged": listing.merged = ["notes.us-east-1:2"]
        case "unknown member": listing.extra = ",\"New\":1"
        default: break
        }
        let incarnation = name == "doubtful" ? IncarnationCheck.doubtful : same
        let result = try story.fill(try pageKey(), listing, incarnation, at: 6000)
        #expect(result.mustAskAgain)
        #expect(!result.isStored)
        #expect(story.ask(try pageKey(), at: 6000) == "fetch 0")
    }

    @Test func anUnchangedStateOfDoubtfulOriginIsVoidToo() throws {
        var story = try cached()
        #expect(try story.fill(try pageKey(), ListingBuilder(count: 3), .doubtful, at: 6000).mustAskAgain)
        #expect(story.ask(try pageKey(), at: 6000) == "fetch 0")
    }

    @Test func whoeverConfirmsLearnsWhatIsKnownOfTheBeginning() throws {
        var story = TableScript { $0.identityCheck = 10_000_000_000 }
        let key = try pageKey()
        try story.complete(try story.lead(key), ListingBuilder("a=1@3", count: 3), date: 77)
        func revalidationBase(at time: Int64) throws -> RevalidationBase {
            let ticket = try story.lead(key, revalidate: true, at: time)
            guard case .revalidate(let revalidationBase) = ticket.plan else { throw TableScript.NotLed() }
            return revalidationBase
        }
        let first = try revalidationBase(at: 9999)
        #expect(first.creationDate == nil && first.firstSeen == 77 && !first.isCheckDue)
        #expect(try revalidationBase(at: 10_000).isCheckDue)
        try story.fill(key, ListingBuilder(count: 3), same, revalidate: true, at: 10_000)
        let second = try revalidationBase(at: 19_999)
        #expect(second.creationDate == Array("1.5E9".utf8) && !second.isCheckDue)
        #expect(try revalidationBase(at: 20_000).isCheckDue)
    }

    @Test func whatIsNotCheckedWhenItIsDueIsNotFreshAgain() throws {
        var story = TableScript { $0.identityCheck = 10_000_000_000 }
        try story.fill(try pageKey(since: 2), ListingBuilder("a=1@3", count: 3))
        try story.fill(try pageKey(since: 3), ListingBuilder(count: 3), at: 9000)
        #expect(story.ask(try pageKey(since: 3), at: 13_000) == "derive 3")
        // It goes back further, and could be of a dataset made since that came to the same count.
        try story.fill(try pageKey(), ListingBuilder("a=1@3", "b=1@2", count: 3), at: 13_000)
        #expect(story.ask(try pageKey(), at: 13_999) == "derive 3")
        #expect(story.ask(try pageKey(), at: 14_000) == "confirm 3")
    }

    @Test func aWholeListingWidensWhatBeganWithALaterCount() throws {
        var story = TableScript()
        try story.fill(try pageKey(since: 2), ListingBuilder("a=1@3", "b@3", count: 3))
        #expect(story.ask(try pageKey()) == "fetch 0")
        try story.complete(
            try story.lead(try pageKey(), revalidate: true),
            ListingBuilder("a=1@3", "c=1@1", count: 3)
        )
        #expect(story.ask(try pageKey()) == "derive 3")
        #expect(story.ask(try pageKey(since: 2)) == "derive 3")
        #expect(story.ask(try pageKey(since: 1)) == "fetch 1")
    }

    @Test func aWiderAnswerWithANewerCountIsAskedAboutBeforeItIsBelieved() throws {
        var story = try cached()
        let result = try story.fill(try pageKey(since: 2), ListingBuilder("a=2@4", count: 4))
        #expect(!result.isStored)
        #expect(result.state?.snapshot.syncCount == 4)
        #expect(story.ask(try pageKey()) == "confirm 3")
    }

    @Test func aWiderAnswerWithALowerCountVoidsTheState() throws {
        var story = try cached()
        let result = try story.fill(try pageKey(since: 1), ListingBuilder("x=1@2", count: 2))
        #expect(!result.isStored)
        #expect(story.ask(try pageKey()) == "fetch 0")
    }

    @Test func onlyWhatLeftAfterTheDoubtEndsIt() throws {
        var story = try cached()
        let key = try pageKey()
        let early = try story.lead(key, revalidate: true)
        story.table.doubt(key.dataset)
        #expect(try story.complete(early, ListingBuilder(count: 3)).isStored)
        #expect(story.ask(key) == "confirm 3")
        try story.fill(key, ListingBuilder(count: 3), revalidate: true)
        #expect(story.ask(key) == "hit page")
    }

    @Test func aConfirmationIsSentOnceForAStateThatIsThere() throws {
        var story = try cached()
        let key = try pageKey()
        let now = Instant.milliseconds(0)
        #expect(story.table.revalidation(of: try scope("other"), now: now, fetch: { 8 }) == nil)
        let sent = story.table.revalidation(of: key.dataset, now: now, fetch: { 8 })
        #expect(sent?.1 == 8 && sent?.0.plan.since == 3)
        #expect(story.table.revalidation(of: key.dataset, now: now, fetch: { 9 }) == nil)
        story.table.doubt(key.dataset)
        #expect(story.table.revalidation(of: key.dataset, now: now, fetch: { 9 }) != nil)
        #expect(story.ask(key) == "wait 9")
    }

    @Test func deletingADatasetVoidsTheWholeIdentityAndNoOther() throws {
        var story = TableScript()
        let keys = [try pageKey("a"), try pageKey("b"), try pageKey("a", owner: 2)]
        for key in keys {
            try story.fill(key, ListingBuilder("a=1@1", count: 1))
            try story.keep(key)
        }
        story.table.deletionStarted(try owner(1))
        #expect(keys.map { story.ask($0) } == ["fetch 0", "fetch 0", "hit page"])
        #expect(story.table.statistics.invalidated == [.delete: 2])
    }

    @Test func aStateFromBeforeADeletionIsNotConfirmedByTheNextDataset() throws {
        var story = try cached()
        let early = try story.lead(try pageKey(), revalidate: true)
        story.table.deletionStarted(try owner())
        story.table.deletionEnded(try owner())
        // The next one has come to the same count.
        let result = try story.complete(early, ListingBuilder(count: 3))
        #expect(result.state == nil)
        #expect(result.mustAskAgain)
    }

    @Test func anAnswerFromBeforeADeletionIsNoPartOfTheNextDataset() throws {
        var story = TableScript()
        let early = try story.lead(try pageKey(since: 1))
        story.table.deletionStarted(try owner())
        story.table.deletionEnded(try owner())
        try story.fill(try pageKey(), ListingBuilder("x=1@3", count: 3))
        #expect(!(try story.complete(early, ListingBuilder("a=1@2", "b=1@3", count: 3)).isStored))
        #expect(story.read(try pageKey()) == page(of: [try SampleRecord("x=1@3")], count: 3))
    }

    @Test func aDatasetMadeAnewThroughTheGatewayIsNotTakenForTheOldOne() throws {
        var story = try cached()
        let key = try pageKey()
        let early = try story.lead(key, revalidate: true)
        story.table.deletionStarted(key.dataset.owner)
        let between = try story.lead(key)
        try story.complete(between, ListingBuilder("a=1@3", "b=1@2", count: 3))
        story.table.deletionEnded(key.dataset.owner)
        #expect(!(try story.complete(early, ListingBuilder(count: 3)).isStored))
        try story.fill(key, ListingBuilder("x=1@3", count: 3))
        #expect(story.read(key) == page(of: [try SampleRecord("x=1@3")], count: 3))
    }
}
