import CognitoSync
import Testing

@testable import Policy

/// The effect of a revalidation on the state.
struct RevalidationTests {
    private let same = IncarnationCheck.same(creationDate: Array("1.5E9".utf8))

    private func cached(_ change: (inout RecordsLimits) -> Void = { _ in }) throws -> TableScript {
        var script = TableScript(change)
        try script.fill(try pageKey(), ListingBuilder("a=1@3", "b=1@2", count: 3))
        try script.keep(try pageKey())
        return script
    }

    @Test func anUnchangedStateIsFreshAgainAndKeepsItsPages() throws {
        var script = try cached()
        let result = try script.fill(try pageKey(since: 3), ListingBuilder("a=1@3", count: 3), at: 6000)
        #expect(result.revalidation == .unchanged)
        #expect(result.isStored)
        #expect(script.ask(try pageKey(), at: 10_999) == "hit page")
        #expect(script.ask(try pageKey(since: 3), at: 10_999) == "derive 3")
        #expect(script.ask(try pageKey(), at: 11_000) == "revalidate 3")
    }

    @Test func aPageWithATokenOfUpstreamIsForOneCaller() throws {
        var script = TableScript { $0.keepsOriginTokens = true }
        let key = try pageKey()
        var listing = try ListingBuilder("a=1@3", "b=1@2", count: 3)
        listing.sessionToken = "first"
        let first = try script.lead(key)
        #expect(script.ask(key) == "fetch 0", "nobody joins it")
        #expect(!first.lease.isJoinable(now: .milliseconds(0)))
        let result = try script.complete(first, listing)
        #expect(result.isStored && result.state?.sessionToken == "first")
        #expect(script.ask(key) == "revalidate 3", "who reads after gets a fresh one")
        let snapshot = try #require(script.table.cached(of: key.dataset)?.snapshot)
        let end = Instant(nanoseconds: .max)
        #expect(script.table.keep("page", for: key, of: snapshot, cost: 0, goodUntil: end) == nil)
    }

    @Test func aChangedStateIsBroughtForward() throws {
        var script = try cached()
        let result = try script.fill(
            try pageKey(),
            ListingBuilder("a=1@3", "b@5", "c=1@4", count: 5),
            at: 6000
        )
        #expect(result.revalidation == .changed)
        #expect(result.state?.snapshot.syncCount == 5)
        #expect(
            script.read(try pageKey(), at: 6000)
                == page(of: [try SampleRecord("a=1@3"), try SampleRecord("c=1@4")], count: 5)
        )
        #expect(script.table.statistics.invalidated == [.newer: 1])
    }

    @Test func aLowerCountInvalidatesTheStateAndIsAskedForAgain() throws {
        var script = try cached()
        let result = try script.fill(try pageKey(), ListingBuilder(count: 2), same, at: 6000)
        #expect(result.mustAskAgain)
        #expect(result.state == nil)
        #expect(result.revalidation == .changed)
        #expect(script.ask(try pageKey(), at: 6000) == "fetch 0")
        #expect(script.table.statistics.invalidated == [.contradiction: 1])
    }

    @Test func anUnknownCountInvalidatesTheState() throws {
        var script = try cached()
        let token = try script.lead(try pageKey(), at: 6000)
        let result = script.table.complete(token, with: .unknownCount(message: ""), now: .milliseconds(6000))
        #expect(result.mustAskAgain)
        #expect(script.ask(try pageKey(), at: 6000) == "fetch 0")
    }

    @Test func anUnknownCountOfACallerProvesNothing() throws {
        var script = TableScript()
        let token = try script.lead(try pageKey(since: 9))
        let result = script.table.complete(token, with: .unknownCount(message: ""), now: .milliseconds(0))
        #expect(!result.mustAskAgain && result.state == nil && result.revalidation == nil)
    }

    @Test(arguments: ["deleted", "absent", "merged", "unknown member", "doubtful"])
    func anotherIncarnationInvalidatesTheState(case name: String) throws {
        var script = try cached()
        var listing = try ListingBuilder("a=1@3", "b=2@4", count: 4)
        switch name {
        case "deleted": listing.wasDeleted = true
        case "absent": listing = .absent
        case "merged": listing.merged = ["notes.us-east-1:2"]
        case "unknown member": listing.extra = ",\"New\":1"
        default: break
        }
        let incarnation = name == "doubtful" ? IncarnationCheck.doubtful : same
        let result = try script.fill(try pageKey(), listing, incarnation, at: 6000)
        #expect(result.mustAskAgain)
        #expect(!result.isStored)
        #expect(script.ask(try pageKey(), at: 6000) == "fetch 0")
    }

    @Test func anUnchangedStateOfADoubtfulIncarnationIsInvalidatedToo() throws {
        var script = try cached()
        #expect(
            try script.fill(try pageKey(), ListingBuilder("a=1@3", count: 3), .doubtful, at: 6000)
                .mustAskAgain
        )
        #expect(script.ask(try pageKey(), at: 6000) == "fetch 0")
    }

    @Test func aRevalidationKnowsTheBeginningOfTheSnapshot() throws {
        var script = TableScript { $0.identityCheck = 10_000_000_000 }
        let key = try pageKey()
        try script.complete(try script.lead(key), ListingBuilder(count: 3), date: 77)
        func base(at time: Int64) throws -> RevalidationBase {
            let token = try script.lead(key, at: time)
            guard case .revalidate(let base) = token.plan else { throw TableScript.NotLed() }
            return base
        }
        let first = try base(at: 9999)
        #expect(first.incarnation == IncarnationFacts(checkedAt: .milliseconds(0), firstSeen: 77))
        #expect(!first.mustProve)
        try script.fill(key, ListingBuilder(count: 3), same, revalidate: true, at: 10_000)
        let second = try base(at: 19_999)
        #expect(second.incarnation.creationDate == Array("1.5E9".utf8) && !second.mustProve)
    }

    @Test func aCheckThatIsDueADoubtAndAnAskedRevalidationProveTheIncarnation() throws {
        func mustProve(_ change: (inout TableScript) throws -> FetchToken) throws -> Bool {
            var script = try cached { $0.identityCheck = 10_000_000_000 }
            guard case .revalidate(let base) = try change(&script).plan else { throw TableScript.NotLed() }
            return base.mustProve
        }
        let key = try pageKey()
        #expect(try !mustProve { try $0.lead(key, at: 9999) })
        #expect(try mustProve { try $0.lead(key, at: 10_000) })
        #expect(try mustProve { try $0.lead(key, revalidate: true) })
        #expect(
            try mustProve {
                $0.write(.conflict, to: key.dataset)
                return try $0.lead(key)
            }
        )
    }

    @Test func aStateThatIsNotCheckedWhenItIsDueIsNotFreshAgain() throws {
        var script = TableScript { $0.identityCheck = 10_000_000_000 }
        try script.fill(try pageKey(), ListingBuilder(count: 3))
        // No record comes again, so it could be another incarnation that reached the same count.
        try script.fill(try pageKey(), ListingBuilder(count: 3), at: 9000)
        #expect(script.ask(try pageKey(), at: 9999) == "derive 3")
        try script.fill(try pageKey(), ListingBuilder(count: 3), revalidate: true, at: 10_000)
        #expect(script.ask(try pageKey(), at: 13_999) == "derive 3")
        #expect(script.ask(try pageKey(), at: 14_000) == "revalidate 3")
    }

    @Test func aWholeListingWidensASnapshotThatBeganWithALaterCount() throws {
        var script = TableScript()
        try script.fill(try pageKey(since: 2), ListingBuilder("a=1@3", "b@3", count: 3))
        #expect(script.ask(try pageKey()) == "fetch 0")
        try script.complete(
            try script.lead(try pageKey(), revalidate: true),
            ListingBuilder("a=1@3", "c=1@1", count: 3)
        )
        #expect(script.ask(try pageKey()) == "derive 3")
        #expect(script.ask(try pageKey(since: 2)) == "derive 3")
        #expect(script.ask(try pageKey(since: 1)) == "fetch 1")
    }

    @Test func aWiderResponseWithANewerCountIsRevalidatedBeforeItIsBelieved() throws {
        var script = try cached()
        let result = try script.fill(try pageKey(since: 2), ListingBuilder("a=2@4", count: 4))
        #expect(!result.isStored)
        #expect(result.state?.snapshot.syncCount == 4)
        #expect(script.ask(try pageKey()) == "revalidate 3")
    }

    @Test func aWiderResponseWithALowerCountInvalidatesTheState() throws {
        var script = try cached()
        let result = try script.fill(try pageKey(since: 1), ListingBuilder("x=1@2", count: 2))
        #expect(!result.isStored)
        #expect(script.ask(try pageKey()) == "fetch 0")
    }

    @Test func onlyAFetchSentAfterTheDoubtEndsIt() throws {
        var script = try cached()
        let key = try pageKey()
        let early = try script.lead(key, revalidate: true)
        script.table.doubt(key.dataset)
        #expect(try script.complete(early, ListingBuilder("a=1@3", count: 3)).isStored)
        #expect(script.ask(key) == "revalidate 3")
        try script.fill(key, ListingBuilder("a=1@3", count: 3), revalidate: true)
        #expect(script.ask(key) == "hit page")
    }

    @Test func aRevalidationIsSentOnceForACachedState() throws {
        var script = try cached()
        let key = try pageKey()
        let now = Instant.milliseconds(0)
        #expect(script.table.revalidation(of: try scope("other"), now: now, fetch: { 8 }) == nil)
        let sent = script.table.revalidation(of: key.dataset, now: now, fetch: { 8 })
        #expect(sent?.1 == 8 && sent?.0.plan.since == 2)
        #expect(script.table.revalidation(of: key.dataset, now: now, fetch: { 9 }) == nil)
        script.table.doubt(key.dataset)
        #expect(script.table.revalidation(of: key.dataset, now: now, fetch: { 9 }) != nil)
        #expect(script.ask(key) == "wait 9")
    }

    @Test func deletingADatasetInvalidatesTheWholeIdentityAndNoOther() throws {
        var script = TableScript()
        let keys = [try pageKey("a"), try pageKey("b"), try pageKey("a", owner: 2)]
        for key in keys {
            try script.fill(key, ListingBuilder("a=1@1", count: 1))
            try script.keep(key)
        }
        script.table.deletionStarted(try owner(1))
        #expect(keys.map { script.ask($0) } == ["fetch 0", "fetch 0", "hit page"])
        #expect(script.table.statistics.invalidated == [.delete: 2])
    }

    @Test func aStateFromBeforeADeletionIsNotRevalidatedByTheNextDataset() throws {
        var script = try cached()
        let early = try script.lead(try pageKey(), revalidate: true)
        script.table.deletionStarted(try owner())
        script.table.deletionEnded(try owner())
        // The next incarnation has reached the same count.
        let result = try script.complete(early, ListingBuilder("a=1@3", count: 3))
        #expect(result.state == nil)
        #expect(result.mustAskAgain)
    }

    @Test func aResponseFromBeforeADeletionIsNoPartOfTheNextDataset() throws {
        var script = TableScript()
        let early = try script.lead(try pageKey(since: 1))
        script.table.deletionStarted(try owner())
        script.table.deletionEnded(try owner())
        try script.fill(try pageKey(), ListingBuilder("x=1@3", count: 3))
        #expect(!(try script.complete(early, ListingBuilder("a=1@2", "b=1@3", count: 3)).isStored))
        #expect(script.read(try pageKey()) == page(of: [try SampleRecord("x=1@3")], count: 3))
    }

    @Test func aDatasetRemadeThroughTheGatewayIsNotTakenForTheOldOne() throws {
        var script = try cached()
        let key = try pageKey()
        let early = try script.lead(key, revalidate: true)
        script.table.deletionStarted(key.dataset.owner)
        let between = try script.lead(key)
        try script.complete(between, ListingBuilder("a=1@3", "b=1@2", count: 3))
        script.table.deletionEnded(key.dataset.owner)
        #expect(!(try script.complete(early, ListingBuilder("a=1@3", count: 3)).isStored))
        try script.fill(key, ListingBuilder("x=1@3", count: 3))
        #expect(script.read(key) == page(of: [try SampleRecord("x=1@3")], count: 3))
    }
}
