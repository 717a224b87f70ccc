import CognitoSync
import Testing

@testable import Policy

/// What the table does when room is short.
struct EvictionTests {
    /// What a dataset of one small record takes, as the table counts it.
    private func store(_ story: inout TableScript, _ key: PageKey, bytes: Int = 1) throws -> Bool {
        let value = String(repeating: "x", count: bytes)
        return try story.fill(key, ListingBuilder("a=\(value)@1", count: 1)).isStored
    }

    private var small: Int {
        get throws {
            var story = TableScript()
            _ = try store(&story, try pageKey())
            return story.table.statistics.bytes
        }
    }

    @Test func aDatasetCostsItsAnswerAndALittleMore() throws {
        let listing = try ListingBuilder("a=1@1", "b=1@2", count: 2)
        let snapshot = try listing.snapshot()
        #expect(snapshot.cost >= listing.body.count)
        #expect(snapshot.cost <= listing.body.count + 2 * 32 + 256)
        let next = try #require(snapshot.following(try change("a=2@3")))
        #expect(next.cost <= snapshot.cost)
    }

    @Test func aDatasetOfMoreThanAnEighthIsNotKeptButAnswersItsReaders() throws {
        var story = TableScript(bytes: 8 * 10_000)
        #expect(try store(&story, try pageKey("small"), bytes: 9000))
        #expect(!(try store(&story, try pageKey("large"), bytes: 10_000)))
        let value = String(repeating: "x", count: 10_000)
        let result = try story.fill(try pageKey("large"), ListingBuilder("a=\(value)@1", count: 1))
        #expect(result.state?.snapshot.syncCount == 1)
        #expect(story.table.statistics.datasets == 1)
        #expect(story.ask(try pageKey("large")) == "fetch 0")
    }

    @Test func smallDatasetsAreBoundedByTheirOverheadToo() throws {
        var story = TableScript()
        for number in 0..<1500 { #expect(try store(&story, try pageKey(owner: number))) }
        let fit = try (1 << 20) / small
        #expect(story.table.statistics.bytes <= 1 << 20)
        #expect(story.table.statistics.datasets == fit)
        #expect(story.table.statistics.evictions == 1500 - fit)
    }

    @Test func aDatasetThatIsAskedForOutlivesAScanOfOthers() throws {
        var story = TableScript(bytes: 1 << 17)
        let fastPath = try pageKey("hot", owner: 5000)
        #expect(try store(&story, fastPath))
        for number in 0..<1000 {
            _ = story.ask(fastPath)
            _ = try store(&story, try pageKey(owner: number))
        }
        #expect(story.ask(fastPath) == "derive 1")
    }

    @Test func aDatasetHasABoundedNumberOfPagesAndTheOldestGoes() throws {
        var story = TableScript { $0.pagesPerDataset = 3 }
        try story.fill(try pageKey(), ListingBuilder("a=1@1", count: 1))
        let keys = try (1...5).map { try pageKey(maxResults: $0) }
        for key in keys { #expect(story.offer(key) != nil) }
        #expect(keys.map { story.ask($0) } == ["derive 1", "derive 1", "hit page", "hit page", "hit page"])
        #expect(story.table.statistics.pages == 3)
    }

    @Test func pagesTakeAboutAsMuchAsTheRecordsAtMost() throws {
        var story = TableScript()
        try story.fill(try pageKey(), ListingBuilder("a=1@1", count: 1))
        let before = story.table.statistics.bytes
        for most in 1...20 as ClosedRange<Int64> {
            #expect(story.offer(try pageKey(maxResults: most), cost: 4000) != nil)
        }
        #expect(story.table.statistics.bytes < before + 18 * 1024)
        #expect(story.offer(try pageKey(), cost: 20_000) == nil)
        #expect(story.offer(try pageKey(), cost: .max) == nil)
    }

    @Test func aPageThatIsKeptAnewTakesThePlaceOfTheOld() throws {
        var story = TableScript()
        let key = try pageKey()
        try story.fill(key, ListingBuilder("a=1@1", count: 1))
        guard case .derive(let state) = story.look(key) else { throw TableScript.NotLed() }
        let until = Instant.milliseconds(9)
        _ = story.table.keep("one", for: key, of: state.snapshot, cost: 100, goodUntil: until)
        let bytes = story.table.statistics.bytes
        _ = story.table.keep("two", for: key, of: state.snapshot, cost: 100, goodUntil: until)
        #expect(story.table.statistics.bytes == bytes)
        #expect(story.ask(key) == "hit two")
        #expect(
            story.table.keep("huge", for: key, of: state.snapshot, cost: 1 << 20, goodUntil: until) == nil
        )
        #expect(story.table.statistics.bytes == (story.table.statistics.pages == 0 ? bytes - 740 : bytes))
    }

    @Test func aPageOfAStateThatIsNoLongerHeldIsNotKept() throws {
        var story = TableScript()
        let key = try pageKey()
        try story.fill(key, ListingBuilder("a=1@1", count: 1))
        guard case .derive(let state) = story.look(key) else { throw TableScript.NotLed() }
        story.write(.applied(try change("a=2@2")), to: key.dataset)
        let until = Instant.milliseconds(9)
        #expect(story.table.keep("old", for: key, of: state.snapshot, cost: 1, goodUntil: until) == nil)
    }

    @Test func oneIdentityFillsAQuarterAtMost() throws {
        var story = TableScript()
        #expect(try store(&story, try pageKey("mine", owner: 1)))
        for number in 0..<600 { #expect(try store(&story, try pageKey("flood\(number)", owner: 2))) }
        #expect(story.table.statistics.bytes <= (1 << 18) + 2 * (try small))
        #expect(story.ask(try pageKey("mine", owner: 1)) == "derive 1")
    }

    @Test func tighterLimitsTakeEffectAtOnceAndWiderOnesKeepAll() throws {
        var story = TableScript()
        for number in 0..<300 { #expect(try store(&story, try pageKey(owner: number))) }
        story.table.resize(RecordsLimits(bytes: 1 << 21))
        #expect(story.table.statistics.datasets == 300)
        story.table.resize(RecordsLimits(bytes: 100 * (try small)))
        #expect(story.table.statistics.datasets == 100)
        story.table.resize(RecordsLimits(bytes: 0))
        #expect(story.table.statistics.datasets == 0)
        #expect(story.table.statistics.bytes == 0)
        #expect(!(try store(&story, try pageKey())))
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
