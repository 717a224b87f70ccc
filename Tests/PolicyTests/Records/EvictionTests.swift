import CognitoSync
import Testing

@testable import Policy

/// The table when room is short.
struct EvictionTests {
    /// Caches a dataset of one record.
    private func store(_ script: inout TableScript, _ key: PageKey, bytes: Int = 1) throws -> Bool {
        let value = String(repeating: "x", count: bytes)
        return try script.fill(key, ListingBuilder("a=\(value)@1", count: 1)).isStored
    }

    /// The bytes of a dataset of one small record, as the table counts them.
    private var small: Int {
        get throws {
            var script = TableScript()
            _ = try store(&script, try pageKey())
            return script.table.statistics.bytes
        }
    }

    @Test func aDatasetCostsItsResponseAndALittleMore() throws {
        let listing = try ListingBuilder("a=1@1", "b=1@2", count: 2)
        let snapshot = try listing.snapshot()
        #expect(snapshot.cost >= listing.body.count)
        #expect(snapshot.cost <= listing.body.count + 2 * 32 + 384)
        let next = try #require(snapshot.following(try change("a=2@3")))
        #expect(next.cost <= snapshot.cost)
    }

    @Test func aDatasetOfMoreThanAnEighthIsNotCachedButServesItsReaders() throws {
        var script = TableScript(bytes: 8 * 10_000)
        #expect(try store(&script, try pageKey("small"), bytes: 9000))
        #expect(!(try store(&script, try pageKey("large"), bytes: 10_000)))
        let value = String(repeating: "x", count: 10_000)
        let result = try script.fill(try pageKey("large"), ListingBuilder("a=\(value)@1", count: 1))
        #expect(result.state?.snapshot.syncCount == 1)
        #expect(script.table.statistics.datasets == 1)
        #expect(script.ask(try pageKey("large")) == "fetch 0")
    }

    @Test func smallDatasetsAreBoundedByTheirOverheadToo() throws {
        var script = TableScript()
        for number in 0..<1500 { #expect(try store(&script, try pageKey(owner: number))) }
        let fit = try (1 << 20) / small
        #expect(script.table.statistics.bytes <= 1 << 20)
        #expect(script.table.statistics.datasets == fit)
        #expect(script.table.statistics.evictions == 1500 - fit)
    }

    @Test func anAccessedDatasetOutlivesAScanOfOthers() throws {
        var script = TableScript(bytes: 1 << 17)
        let hotKey = try pageKey("hot", owner: 5000)
        #expect(try store(&script, hotKey))
        for number in 0..<1000 {
            _ = script.ask(hotKey)
            _ = try store(&script, try pageKey(owner: number))
        }
        #expect(script.ask(hotKey) == "derive 1")
    }

    @Test func aDatasetHasABoundedNumberOfPagesAndTheOldestGoes() throws {
        var script = TableScript { $0.pagesPerDataset = 3 }
        try script.fill(try pageKey(), ListingBuilder("a=1@1", count: 1))
        let keys = try (1...5).map { try pageKey(maxResults: $0) }
        for key in keys { #expect(script.offer(key) != nil) }
        #expect(keys.map { script.ask($0) } == ["derive 1", "derive 1", "hit page", "hit page", "hit page"])
        #expect(script.table.statistics.pages == 3)
    }

    @Test func pagesTakeAboutAsMuchAsTheRecordsAtMost() throws {
        var script = TableScript()
        try script.fill(try pageKey(), ListingBuilder("a=1@1", count: 1))
        let before = script.table.statistics.bytes
        for most in 1...20 as ClosedRange<Int64> {
            #expect(script.offer(try pageKey(maxResults: most), cost: 4000) != nil)
        }
        #expect(script.table.statistics.bytes < before + 18 * 1024)
        #expect(script.offer(try pageKey(), cost: 20_000) == nil)
        #expect(script.offer(try pageKey(), cost: .max) == nil)
    }

    @Test func aPageOfTheSameKeyReplacesTheOldOne() throws {
        var script = TableScript()
        let key = try pageKey()
        try script.fill(key, ListingBuilder("a=1@1", count: 1))
        guard case .derive(let state) = script.look(key) else { throw TableScript.NotLed() }
        let until = Instant.milliseconds(9)
        _ = script.table.keep("one", for: key, of: state.snapshot, cost: 100, goodUntil: until)
        let bytes = script.table.statistics.bytes
        _ = script.table.keep("two", for: key, of: state.snapshot, cost: 100, goodUntil: until)
        #expect(script.table.statistics.bytes == bytes)
        #expect(script.ask(key) == "hit two")
        #expect(
            script.table.keep("huge", for: key, of: state.snapshot, cost: 1 << 20, goodUntil: until) == nil
        )
        #expect(script.table.statistics.bytes == (script.table.statistics.pages == 0 ? bytes - 740 : bytes))
    }

    @Test func aPageOfAReplacedSnapshotIsNotCached() throws {
        var script = TableScript()
        let key = try pageKey()
        try script.fill(key, ListingBuilder("a=1@1", count: 1))
        guard case .derive(let state) = script.look(key) else { throw TableScript.NotLed() }
        script.write(.applied(try change("a=2@2")), to: key.dataset)
        let until = Instant.milliseconds(9)
        #expect(script.table.keep("old", for: key, of: state.snapshot, cost: 1, goodUntil: until) == nil)
    }

    @Test func oneIdentityFillsAQuarterAtMost() throws {
        var script = TableScript()
        #expect(try store(&script, try pageKey("mine", owner: 1)))
        for number in 0..<600 { #expect(try store(&script, try pageKey("flood\(number)", owner: 2))) }
        #expect(script.table.statistics.bytes <= (1 << 18) + 2 * (try small))
        #expect(script.ask(try pageKey("mine", owner: 1)) == "derive 1")
    }

    @Test func tighterLimitsTakeEffectAtOnceAndWiderOnesEvictNothing() throws {
        var script = TableScript()
        for number in 0..<300 { #expect(try store(&script, try pageKey(owner: number))) }
        script.table.resize(RecordsLimits(bytes: 1 << 21))
        #expect(script.table.statistics.datasets == 300)
        script.table.resize(RecordsLimits(bytes: 100 * (try small)))
        #expect(script.table.statistics.datasets == 100)
        script.table.resize(RecordsLimits(bytes: 0))
        #expect(script.table.statistics.datasets == 0)
        #expect(script.table.statistics.bytes == 0)
        #expect(!(try store(&script, try pageKey())))
    }

    @Test func statisticsOfShardsAddUp() throws {
        var (left, right) = (TableScript(), TableScript())
        _ = try store(&left, try pageKey(owner: 1))
        _ = try store(&right, try pageKey(owner: 2))
        try left.keep(try pageKey(owner: 1))
        try right.keep(try pageKey(owner: 2))
        _ = right.table.purge()
        let sum = left.table.statistics + right.table.statistics
        #expect(sum.pages == 1)
        #expect(sum.datasets == 1)
        #expect(sum.bytes == left.table.statistics.bytes)
        #expect(sum.invalidated == [.purge: 1])
    }
}
