import CognitoSync
import Policy
import Testing

/// Fetches, pages and writes of a runtime that is no longer in force, in the table of the next one.
struct GenerationTests {
    private let limits = RecordsLimits(bytes: 1 << 20)

    @Test func aListingOfAnEarlierRuntimeIsNotStored() throws {
        var script = TableScript()
        let early = try script.lead(try pageKey())
        script.table.resize(limits, generation: 1)
        let result = try script.complete(early, ListingBuilder("a=1@3", count: 3))
        #expect(!result.isStored && result.state?.snapshot.syncCount == 3, "those who waited are served")
        #expect(script.ask(try pageKey()) == "fetch 0")
    }

    @Test func aRevalidationOfAnEarlierRuntimeIsAskedAgain() throws {
        var script = TableScript()
        try script.fill(try pageKey(), ListingBuilder("a=1@3", count: 3))
        let early = try script.lead(try pageKey(), revalidate: true)
        script.table.resize(limits, generation: 1)
        let result = try script.complete(early, ListingBuilder("a=1@3", "b=1@4", count: 4))
        #expect(!result.isStored && result.mustAskAgain && result.state == nil)
    }

    @Test func aFetchUnderAnEarlierRuntimeIsNotJoinedNorStored() throws {
        var script = TableScript()
        let key = try pageKey()
        script.table.resize(limits, generation: 2)
        let lookup = script.table.lookUp(key, generation: 1, now: .milliseconds(0), fetch: { 9 })
        guard case .lead(let token, _) = lookup else { throw TableScript.NotLed() }
        #expect(!token.lease.isJoinable(now: .milliseconds(0)))
        #expect(script.ask(key) == "fetch 0", "no read of the runtime in force waits for it")
        #expect(!(try script.complete(token, ListingBuilder("a=1@3", count: 3)).isStored))
    }

    @Test func aPageOfAnEarlierRuntimeIsNotCached() throws {
        var script = TableScript()
        let key = try pageKey()
        try script.fill(key, ListingBuilder("a=1@3", count: 3))
        guard case .derive(let state) = script.look(key) else { throw TableScript.NotStored() }
        script.table.resize(limits, generation: 1)
        let end = Instant(nanoseconds: .max)
        let kept = script.table.keep(
            "page",
            for: key,
            of: state.snapshot,
            cost: 0,
            goodUntil: end,
            generation: 0
        )
        #expect(kept == nil)
    }

    @Test func aWriteOfAnEarlierRuntimeIsNotMerged() throws {
        var script = TableScript()
        let key = try pageKey()
        script.table.resize(limits, generation: 1)
        try script.fill(key, ListingBuilder("a=1@3", count: 3))
        let token = script.table.writeStarted(key.dataset, generation: 0)
        script.writeEnded(token, .applied(try change("a=2@4")))
        #expect(script.ask(key) == "revalidate 3")
    }

    @Test(arguments: [true, false])
    func limitsThatChangeThePagesDropWhatIsCached(tombstones: Bool) throws {
        var script = TableScript()
        try script.fill(try pageKey(), ListingBuilder("a=1@3", count: 3))
        var changed = limits
        if tombstones { changed.listsTombstones = true } else { changed.keepsOriginTokens = true }
        script.table.resize(changed, generation: 1)
        #expect(script.ask(try pageKey()) == "fetch 0")
    }
}
