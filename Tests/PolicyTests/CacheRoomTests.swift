import CognitoSync
import Policy
import Testing

/// What the table does when room is short.
struct CacheRoomTests {
    private typealias Table = CacheTable<Int, Int>

    private let now = Instant(nanoseconds: 0)

    private func store(_ table: inout Table, _ key: PageKey, cost: Int) -> Bool {
        guard case .lead(let ticket, _, _) = table.lookUp(key, now: now, flight: { 0 }) else { return false }
        let facts = PageFacts(syncCount: 1, exists: true)
        guard case .stored = table.complete(ticket, with: 0, facts: facts, cost: cost, now: now) else {
            return false
        }
        return true
    }

    private func isHit(_ table: inout Table, _ key: PageKey) -> Bool {
        if case .hit = table.lookUp(key, now: now, flight: { 0 }) { true } else { false }
    }

    @Test func aPageOfMoreThanAnEighthIsNotKept() throws {
        var table = Table(limits: CacheLimits(bytes: 8 * 10_000))
        #expect(store(&table, try pageKey("small"), cost: 10_000 - 1024))
        #expect(!store(&table, try pageKey("large"), cost: 10_001 - 1024))
        #expect(!store(&table, try pageKey("absurd"), cost: .max))
        #expect(table.statistics.bytes == 10_000)
        #expect(table.statistics.datasets == 1)
    }

    @Test func smallPagesAreBoundedByTheirOverheadToo() throws {
        var table = Table(limits: CacheLimits(bytes: 1 << 20))
        for number in 0..<3000 { #expect(store(&table, try pageKey(owner: number), cost: 0)) }
        #expect(table.statistics.bytes <= 1 << 20)
        #expect(table.statistics.pages == 1024)
        #expect(table.statistics.evictions == 3000 - 1024)
        #expect(table.statistics.datasets == 1024)
    }

    @Test func aDatasetHasABoundedNumberOfPagesAndTheOldestGoes() throws {
        var table = Table(limits: CacheLimits(bytes: 1 << 20, pagesPerDataset: 3))
        for count in 1...5 { #expect(store(&table, try pageKey(after: Int64(count)), cost: 0)) }
        #expect(
            try (1...5).map { isHit(&table, try pageKey(after: $0)) } == [false, false, true, true, true]
        )
    }

    @Test func oneIdentityFillsAQuarterAtMost() throws {
        var table = Table(limits: CacheLimits(bytes: 1 << 20))
        #expect(store(&table, try pageKey("mine", owner: 1), cost: 0))
        for number in 0..<2000 { #expect(store(&table, try pageKey("flood\(number)", owner: 2), cost: 0)) }
        #expect(table.statistics.bytes <= (1 << 18) + 1024)
        #expect(isHit(&table, try pageKey("mine", owner: 1)))
    }

    @Test func tighterLimitsTakeEffectAtOnceAndWiderOnesKeepAll() throws {
        var table = Table(limits: CacheLimits(bytes: 1 << 20))
        for number in 0..<500 { #expect(store(&table, try pageKey(owner: number), cost: 0)) }
        table.resize(CacheLimits(bytes: 1 << 21))
        #expect(table.statistics.pages == 500)
        table.resize(CacheLimits(bytes: 100 * 1024))
        #expect(table.statistics.pages == 100)
        table.resize(CacheLimits(bytes: 0))
        #expect(table.statistics.pages == 0)
        #expect(table.statistics.datasets == 0)
        #expect(!store(&table, try pageKey(), cost: 0))
    }

    @Test func aShorterLifeTakesEffectAtOnce() throws {
        var table = Table(limits: CacheLimits(bytes: 1 << 20))
        #expect(store(&table, try pageKey(), cost: 0))
        #expect(isHit(&table, try pageKey()))
        table.resize(CacheLimits(bytes: 1 << 20, fresh: 0))
        #expect(!isHit(&table, try pageKey()))
    }

    @Test func statisticsOfShardsAddUp() throws {
        var (left, right) = (
            Table(limits: CacheLimits(bytes: 1 << 20)), Table(limits: CacheLimits(bytes: 1 << 20))
        )
        _ = store(&left, try pageKey(owner: 1), cost: 0)
        _ = store(&right, try pageKey(owner: 2), cost: 0)
        _ = right.purge()
        let sum = left.statistics + right.statistics
        #expect(sum.pages == 1)
        #expect(sum.bytes == 1024)
        #expect(sum.invalidated == [.purge: 1])
    }
}
