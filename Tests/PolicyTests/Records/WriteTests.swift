import CognitoSync
import Policy
import Testing

/// Writes through the gateway, and the events of a stream about others.
struct WriteTests {
    private func cached(_ change: (inout RecordsLimits) -> Void = { _ in }) throws -> TableScript {
        var script = TableScript(change)
        try script.fill(try pageKey(), ListingBuilder("a=1@3", "b=1@2", count: 3))
        return script
    }

    @Test func aWriteThatContinuesTheStateIsPartOfItAtOnce() throws {
        var script = try cached()
        let key = try pageKey()
        script.write(.applied(try change("c=2@4", "a@4")), to: key.dataset)
        #expect(
            script.read(key) == page(of: [try SampleRecord("b=1@2"), try SampleRecord("c=2@4")], count: 4)
        )
        let changes = try pageKey(since: 3)
        #expect(
            script.read(changes) == page(of: [try SampleRecord("a@4"), try SampleRecord("c=2@4")], count: 4)
        )
    }

    /// Its response does not show merges of identities: who writes all the time would never see one.
    @Test func aWriteMakesTheStateNoFresher() throws {
        var script = try cached()
        let key = try pageKey()
        script.write(.applied(try change("a=2@4")), to: key.dataset, at: 3000)
        #expect(script.ask(key, at: 4999) == "derive 4")
        #expect(script.ask(key, at: 5000) == "revalidate 4")
    }

    @Test(arguments: ["gap", "unsaid", "conflict", "unknown", "mixed"])
    func anyOtherOutcomeOfAWriteIsRevalidated(outcome: String) throws {
        var script = try cached()
        let key = try pageKey()
        let outcomes: [String: WriteOutcome] = [
            "gap": .applied(try change("a=2@5")), "unsaid": .applied(nil), "conflict": .conflict,
            "unknown": .unknown, "mixed": .applied(try change("a=2@4", "b=1@2")),
        ]
        script.write(try #require(outcomes[outcome]), to: key.dataset)
        #expect(script.ask(key) == "revalidate 3")
        let result = try script.complete(
            try script.lead(key, revalidate: true),
            ListingBuilder("a=2@4", count: 4),
            .same(creationDate: [])
        )
        #expect(result.isStored)
        #expect(script.ask(key) == "derive 4")
    }

    @Test(arguments: [true, false])
    func twoWritesInFlightLeaveTheTruthInEitherOrderOfTheirEnds(isInOrder: Bool) throws {
        var script = try cached()
        let key = try pageKey()
        let first = (script.writeStarted(key.dataset), WriteOutcome.applied(try change("a=2@4")))
        let second = (script.writeStarted(key.dataset), WriteOutcome.applied(try change("a=3@5")))
        for (token, outcome) in isInOrder ? [first, second] : [second, first] {
            script.writeEnded(token, outcome)
        }
        if !isInOrder {
            let delta = try ListingBuilder("a=3@5", count: 5)
            #expect(try script.fill(key, delta, .same(creationDate: [])).isStored)
        }
        #expect(
            script.read(key) == page(of: [try SampleRecord("a=3@5"), try SampleRecord("b=1@2")], count: 5)
        )
    }

    @Test func aWriteThatAStreamShowedBeforeItsResponseIsKnown() throws {
        var script = try cached()
        let key = try pageKey()
        let write = script.writeStarted(key.dataset)
        #expect(script.stream(try change("a=2@4"), of: key.dataset) == .merged)
        script.writeEnded(write, .applied(try change("a=2@4")))
        #expect(script.ask(key) == "derive 4")
    }

    @Test func aWriteToAnotherDatasetOfTheSameNameIsNotTakenForAKnownOne() throws {
        var script = TableScript()
        let key = try pageKey()
        try script.fill(key, ListingBuilder("a=1@1", "b=1@5", count: 5))
        script.write(.applied(try change("a=2@1/6")), to: key.dataset)
        #expect(script.ask(key) == "fetch 0")
    }

    @Test func aWriteToAStateWithAHigherCountIsNotTakenForAKnownOne() throws {
        var script = TableScript()
        let key = try pageKey()
        try script.fill(key, ListingBuilder("a=1@4", "b=1@5", count: 5))
        script.write(.applied(try change("a=2@1/6")), to: key.dataset)
        #expect(script.ask(key) == "fetch 0")
    }

    @Test func aWriteFromBeforeADeletionIsNoPartOfTheNextDataset() throws {
        var script = try cached()
        let key = try pageKey()
        let write = script.writeStarted(key.dataset)
        script.table.deletionStarted(key.dataset.owner)
        script.table.deletionEnded(key.dataset.owner)
        try script.fill(key, ListingBuilder("x=1@3", count: 3))
        script.writeEnded(write, .applied(try change("a=2@4")))
        #expect(script.ask(key) == "revalidate 3")
    }

    /// Caches the old state after the deletion was sent; then that happens, and others begin again.
    @Test func aWriteDuringADeletionInvalidatesTheState() throws {
        var script = try cached()
        let key = try pageKey()
        script.table.deletionStarted(key.dataset.owner)
        try script.fill(key, ListingBuilder("a=1@3", count: 3))
        script.write(.applied(try change("a=2@4")), to: key.dataset)
        #expect(script.table.syncCount(of: key.dataset) == nil)
        script.table.deletionEnded(key.dataset.owner)
        try script.fill(key, ListingBuilder("a=1@5", count: 5))
        script.write(.applied(try change("a=2@6")), to: key.dataset)
        #expect(script.ask(key) == "derive 6")
    }

    @Test func writesDoNotPutOffTheIncarnationCheck() throws {
        var script = try cached { $0.identityCheck = 10_000_000_000 }
        let key = try pageKey()
        var count: Int64 = 3
        for time in stride(from: 4000, through: 16_000, by: 4000) as StrideThrough<Int64> {
            count += 1
            script.write(.applied(try change("a=2@\(count)")), to: key.dataset, at: time)
        }
        #expect(script.ask(key, at: 16_000) == "revalidate \(count)")
    }

    @Test func aWriteToOneDatasetLeavesTheOthersAlone() throws {
        var script = try cached()
        try script.fill(try pageKey("other"), ListingBuilder("a=1@1", count: 1))
        script.write(.unknown, to: try scope("other"))
        #expect(script.ask(try pageKey()) == "derive 3")
    }

    @Test func aWriteThatCreatesADatasetEndsItsAbsence() throws {
        var script = TableScript()
        let key = try pageKey()
        try script.fill(key, .absent)
        #expect(script.ask(key) == "derive 0")
        script.write(.applied(try change("a=1@1")), to: key.dataset)
        #expect(script.ask(key) == "fetch 0")
    }

    @Test func aStreamEventIsMergedKnownDoubtedOrUncached() throws {
        var script = try cached()
        let scope = try scope()
        let key = try pageKey()
        #expect(script.stream(try change("a=1@1"), of: try self.scope("other")) == .unheld)
        #expect(script.stream(try change("a=1@3"), of: scope) == .known)
        #expect(script.stream(try change("c=1@4"), of: scope) == .merged)
        #expect(script.ask(key, at: 4999) == "derive 4")
        #expect(script.stream(try change("c=1@6"), of: scope) == .doubted)
        #expect(script.ask(key) == "revalidate 4")
        #expect(script.table.statistics.invalidated[.stream] != nil)
    }

    @Test func aStreamEventWithoutRecordsMakesTheStateDoubtful() throws {
        var script = try cached()
        #expect(script.stream(nil, of: try scope()) == .doubted)
        #expect(script.ask(try pageKey()) == "revalidate 3")
    }

    @Test func aStreamEventMakesAStateNoYounger() throws {
        var script = try cached()
        #expect(script.stream(try change("c=1@4"), of: try scope()) == .merged)
        #expect(script.ask(try pageKey(), at: 5000) == "revalidate 4")
    }

    @Test func aStreamEventOfAnUncachedDatasetReachesTheFetchInFlight() throws {
        var script = TableScript()
        let key = try pageKey()
        let early = try script.lead(key)
        #expect(script.stream(try change("a=1@1"), of: key.dataset) == .unheld)
        #expect(!(try script.complete(early, .absent).isStored))
    }

    private func scope(_ name: String) throws -> DatasetScope { try PolicyTests.scope(name) }
    private func scope() throws -> DatasetScope { try PolicyTests.scope() }
}
