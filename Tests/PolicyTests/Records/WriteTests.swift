import CognitoSync
import Policy
import Testing

/// Writes through the gateway, and what streams tell of the others.
struct WriteTests {
    private func cached(_ change: (inout RecordsLimits) -> Void = { _ in }) throws -> TableScript {
        var story = TableScript(change)
        try story.fill(try pageKey(), ListingBuilder("a=1@3", "b=1@2", count: 3))
        return story
    }

    @Test func aWriteThatContinuesTheStateIsPartOfItAtOnce() throws {
        var story = try cached()
        let key = try pageKey()
        story.write(.applied(try change("c=2@4", "a@4")), to: key.dataset)
        #expect(
            story.read(key) == page(of: [try SampleRecord("b=1@2"), try SampleRecord("c=2@4")], count: 4)
        )
        let changes = try pageKey(since: 3)
        #expect(
            story.read(changes) == page(of: [try SampleRecord("a@4"), try SampleRecord("c=2@4")], count: 4)
        )
    }

    @Test func aWriteMakesTheStateAsFreshAsItsBeginning() throws {
        var story = try cached()
        let key = try pageKey()
        let write = story.writeStarted(key.dataset, at: 2000)
        story.writeEnded(write, .applied(try change("a=2@4")), at: 3000)
        #expect(story.ask(key, at: 6999) == "derive 4")
        #expect(story.ask(key, at: 7000) == "confirm 4")
    }

    @Test func aWriteMakesPagesWithTheServicesTokensNoYounger() throws {
        var story = try cached { $0.keepsOriginTokens = true }
        let key = try pageKey()
        story.write(.applied(try change("a=2@4")), to: key.dataset, at: 2000)
        #expect(story.ask(key, at: 4999) == "derive 4")
        #expect(story.ask(key, at: 5000) == "confirm 4")
    }

    @Test(arguments: ["gap", "unsaid", "conflict", "unknown", "mixed"])
    func anythingElseThatMayHaveChangedItIsAskedAbout(outcome: String) throws {
        var story = try cached()
        let key = try pageKey()
        let outcomes: [String: WriteOutcome] = [
            "gap": .applied(try change("a=2@5")), "unsaid": .applied(nil), "conflict": .conflict,
            "unknown": .unknown, "mixed": .applied(try change("a=2@4", "b=1@2")),
        ]
        story.write(try #require(outcomes[outcome]), to: key.dataset)
        #expect(story.ask(key) == "confirm 3")
        let result = try story.complete(
            try story.lead(key, revalidate: true),
            ListingBuilder("a=2@4", count: 4),
            .same(creationDate: [])
        )
        #expect(result.isStored)
        #expect(story.ask(key) == "derive 4")
    }

    @Test(arguments: [true, false])
    func twoWritesInTheAirLeaveTheTruthInEitherOrderOfTheirAnswers(isInOrder: Bool) throws {
        var story = try cached()
        let key = try pageKey()
        let first = (story.writeStarted(key.dataset), WriteOutcome.applied(try change("a=2@4")))
        let second = (story.writeStarted(key.dataset), WriteOutcome.applied(try change("a=3@5")))
        for (ticket, outcome) in isInOrder ? [first, second] : [second, first] {
            story.writeEnded(ticket, outcome)
        }
        let delta = try ListingBuilder("a=3@5", count: 5)
        let result = try story.fill(key, delta, .same(creationDate: []))
        #expect(result.isStored)
        #expect(
            story.read(key) == page(of: [try SampleRecord("a=3@5"), try SampleRecord("b=1@2")], count: 5)
        )
    }

    @Test func aWriteThatAStreamToldOfBeforeItsAnswerIsKnown() throws {
        var story = try cached()
        let key = try pageKey()
        let write = story.writeStarted(key.dataset)
        // Somebody else's, or this one's: while one is in the air it cannot be told.
        #expect(story.stream(try change("a=2@4"), of: key.dataset, count: 4) == .doubted)
        try story.fill(key, ListingBuilder("a=2@4", count: 4), .same(creationDate: []))
        story.writeEnded(write, .applied(try change("a=2@4")))
        #expect(story.ask(key) == "derive 4")
    }

    @Test func aWriteToAnotherDatasetOfTheSameNameIsNotTakenForAKnownOne() throws {
        var story = TableScript()
        let key = try pageKey()
        try story.fill(key, ListingBuilder("a=1@1", "b=1@5", count: 5))
        story.write(.applied(try change("a=2@1")), to: key.dataset)
        #expect(story.ask(key) == "confirm 5")
    }

    @Test func aWriteToWhatWasHeldWithAHigherCountIsNotTakenForAKnownOne() throws {
        var story = TableScript()
        let key = try pageKey()
        try story.fill(key, ListingBuilder("a=1@4", "b=1@5", count: 5))
        story.write(.applied(try change("a=2@1")), to: key.dataset)
        #expect(story.ask(key) == "confirm 5")
    }

    @Test func aWriteFromBeforeADeletionIsNoPartOfTheNextDataset() throws {
        var story = try cached()
        let key = try pageKey()
        let write = story.writeStarted(key.dataset)
        story.table.deletionStarted(key.dataset.owner)
        story.table.deletionEnded(key.dataset.owner)
        try story.fill(key, ListingBuilder("x=1@3", count: 3))
        story.writeEnded(write, .applied(try change("a=2@4")))
        #expect(story.ask(key) == "confirm 3")
    }

    /// The old state was fetched after the deletion was sent; the deletion happens, and others begin anew.
    @Test func aWriteWhileADeletionIsInTheAirLetsGoOfWhatIsHeld() throws {
        var story = try cached()
        let key = try pageKey()
        story.table.deletionStarted(key.dataset.owner)
        try story.fill(key, ListingBuilder("a=1@3", count: 3))
        story.write(.applied(try change("a=2@4")), to: key.dataset)
        #expect(story.table.known(of: key.dataset) == nil)
        story.table.deletionEnded(key.dataset.owner)
        try story.fill(key, ListingBuilder("a=1@5", count: 5))
        story.write(.applied(try change("a=2@6")), to: key.dataset)
        #expect(story.ask(key) == "derive 6")
    }

    @Test func writesDoNotPutOffTheQuestionWhetherItIsTheSameDataset() throws {
        var story = try cached { $0.identityCheck = 10_000_000_000 }
        let key = try pageKey()
        var count: Int64 = 3
        for time in stride(from: 4000, through: 16_000, by: 4000) as StrideThrough<Int64> {
            count += 1
            story.write(.applied(try change("a=2@\(count)")), to: key.dataset, at: time)
        }
        #expect(story.ask(key, at: 16_000) == "confirm \(count)")
    }

    @Test func aWriteToOneDatasetLeavesTheOthersAlone() throws {
        var story = try cached()
        try story.fill(try pageKey("other"), ListingBuilder("a=1@1", count: 1))
        story.write(.unknown, to: try scope("other"))
        #expect(story.ask(try pageKey()) == "derive 3")
    }

    @Test func aWriteThatCreatesADatasetEndsItsAbsence() throws {
        var story = TableScript()
        let key = try pageKey()
        try story.fill(key, .absent)
        #expect(story.ask(key) == "derive 0")
        story.write(.applied(try change("a=1@1")), to: key.dataset)
        #expect(story.ask(key) == "fetch 0")
    }

    @Test func whatAStreamTellsIsMergedKnownDoubtedOrUnheld() throws {
        var story = try cached()
        let scope = try scope()
        let key = try pageKey()
        #expect(story.stream(try change("a=1@1"), of: try self.scope("other"), count: 1) == .unheld)
        #expect(story.stream(try change("a=1@3"), of: scope, count: 3) == .known)
        #expect(story.stream(try change("c=1@4"), of: scope, count: 4) == .merged)
        #expect(story.ask(key, at: 4999) == "derive 4")
        #expect(story.stream(try change("c=1@6"), of: scope, count: 6) == .doubted)
        #expect(story.ask(key) == "confirm 4")
        #expect(story.table.statistics.invalidated[.stream] != nil)
    }

    @Test func aStreamThatTellsOfNoRecordPutsTheStateInDoubt() throws {
        var story = try cached()
        #expect(story.stream(nil, of: try scope(), count: 3) == .doubted)
        #expect(story.ask(try pageKey()) == "confirm 3")
    }

    @Test func aStreamMakesAStateNoYounger() throws {
        var story = try cached()
        #expect(story.stream(try change("c=1@4"), of: try scope(), count: 4) == .merged)
        #expect(story.ask(try pageKey(), at: 5000) == "confirm 4")
    }

    @Test func whatAStreamTellsOfAnUnheldDatasetReachesTheCallInTheAir() throws {
        var story = TableScript()
        let key = try pageKey()
        let early = try story.lead(key)
        #expect(story.stream(try change("a=1@1"), of: key.dataset, count: 1) == .unheld)
        #expect(!(try story.complete(early, .absent).isStored))
    }

    private func scope(_ name: String) throws -> DatasetScope { try PolicyTests.scope(name) }
    private func scope() throws -> DatasetScope { try PolicyTests.scope() }
}
