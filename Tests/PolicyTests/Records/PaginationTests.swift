import CognitoSync
import Testing

@testable import Policy

/// Paginations, and the snapshots that are retained for them.
struct PaginationTests {
    private let key = Result { try pageKey(maxResults: 1) }

    /// Returns a table with a dataset of three records, one a page, whose first page has been rendered.
    private func paginated(at time: Int64 = 0) throws -> (script: TableScript, next: PageKey) {
        var script = TableScript()
        let key = try key.get()
        try script.fill(key, ListingBuilder("a=1@3", "b=1@2", "c=1@1", count: 3), at: time)
        guard case .derive(let state) = script.look(key, at: time),
            let cursor = state.snapshot.render(key, sessionToken: nil, nextToken: { _ in "t" })?.next
        else { throw TableScript.NotLed() }
        script.table.paginationStarted(in: state.snapshot, of: key.dataset, now: .milliseconds(time))
        return (script, try pageKey(maxResults: 1, cursor: cursor))
    }

    @Test func aPaginationContinuesInTheSnapshotThatItBeganIn() throws {
        var (script, next) = try paginated()
        #expect(script.read(next) == page(of: [try SampleRecord("b=1@2")], count: 3, nextToken: "2"))
        script.write(.applied(try change("a@4")), to: next.dataset)
        #expect(script.read(next) == page(of: [try SampleRecord("b=1@2")], count: 3, nextToken: "2"))
        #expect(script.ask(try key.get()) == "derive 4")
    }

    @Test func aPaginationContinuesInAStaleSnapshot() throws {
        var (script, next) = try paginated()
        #expect(script.ask(next, at: 30_000) == "derive 3")
    }

    @Test func aPaginationEndsWhenItsSnapshotIsNoLongerRetained() throws {
        var (script, next) = try paginated()
        script.write(.applied(try change("a@4")), to: next.dataset)
        #expect(script.ask(next, at: 59_999) == "derive 3")
        #expect(script.ask(next, at: 60_000) == "gone")
    }

    @Test func aPaginationThatContinuesRetainsItsSnapshotForLonger() throws {
        var (script, next) = try paginated()
        #expect(script.ask(next, at: 30_000) == "derive 3")
        script.write(.applied(try change("a@4")), to: next.dataset, at: 30_000)
        #expect(script.ask(next, at: 89_999) == "derive 3")
        #expect(script.ask(next, at: 90_000) == "gone")
    }

    @Test func aReplacedSnapshotWithoutPaginationIsNotRetained() throws {
        var script = TableScript()
        let key = try key.get()
        try script.fill(key, ListingBuilder("a=1@3", count: 3))
        let bytes = script.table.statistics.bytes
        script.write(.applied(try change("a=2@4")), to: key.dataset)
        #expect(script.table.snapshots.count == 0)
        #expect(script.table.statistics.bytes < bytes + 200)
    }

    @Test func aPaginationOfADeletedDatasetIsFetched() throws {
        var (script, next) = try paginated()
        script.table.deletionStarted(next.dataset.owner)
        script.table.deletionEnded(next.dataset.owner)
        #expect(script.ask(next) == "fetch 0")
        #expect(script.table.snapshots.count == 0)
    }

    @Test func aPaginationFromAReplicaThatKnowsMoreIsFetched() throws {
        var script = TableScript()
        let key = try key.get()
        try script.fill(key, ListingBuilder("a=1@3", "b=1@2", "c=1@1", count: 3))
        let later = try ListingBuilder("a=1@3", "b=2@4", "c=1@1", count: 4).snapshot()
        let cursor = try #require(later.render(key, sessionToken: nil, nextToken: { _ in "t" })?.next)
        let next = try pageKey(maxResults: 1, cursor: cursor)
        let token = try script.lead(next)
        #expect(token.plan.since == 2)
        let result = try script.complete(token, ListingBuilder("a=1@3", "b=2@4", count: 4))
        #expect(
            script.text(result.state, next) == page(of: [try SampleRecord("b=2@4")], count: 4, nextToken: "2")
        )
    }

    @Test func aPaginationOfAnotherIncarnationWithTheSameCountIsNotServed() throws {
        var script = TableScript()
        let key = try key.get()
        try script.fill(key, ListingBuilder("x=1@3", "y=1@2", count: 3))
        let other = try ListingBuilder("a=1@3", "b=1@2", count: 3).snapshot()
        let cursor = try #require(other.render(key, sessionToken: nil, nextToken: { _ in "t" })?.next)
        #expect(script.ask(try pageKey(maxResults: 1, cursor: cursor)) == "revalidate 3")
    }

    @Test func snapshotsAreBoundedInNumberAndBytesAndTheOldestGoes() throws {
        var snapshots = PaginationSnapshots()
        let snapshot = try ListingBuilder("a=1@1", count: 1).snapshot()
        let scopes = try (0..<70).map { try scope(owner: $0) }
        let until = Instant.milliseconds(1000)
        for scope in scopes { snapshots.retain(snapshot, of: scope, until: until, limit: 1 << 20) }
        #expect(snapshots.count == PaginationSnapshots.most)
        #expect(snapshots.bytes == PaginationSnapshots.most * snapshot.cost)
        let now = Instant.milliseconds(999)
        #expect(snapshots.snapshots(of: scopes[5], syncCount: 1, now: now).isEmpty)
        #expect(snapshots.snapshots(of: scopes[6], syncCount: 1, now: now).count == 1)
        #expect(snapshots.snapshots(of: scopes[6], syncCount: 2, now: now).isEmpty)
        #expect(snapshots.snapshots(of: scopes[6], syncCount: 1, now: until).isEmpty)
        snapshots.retain(snapshot, of: scopes[0], until: until, limit: 3 * snapshot.cost)
        #expect(snapshots.count == 3)
        snapshots.removeAll { $0 == scopes[0] }
        #expect(snapshots.count == 2 && snapshots.bytes == 2 * snapshot.cost)
        snapshots.retain(snapshot, of: scopes[0], until: until, limit: 0)
        #expect(snapshots.count == 0 && snapshots.bytes == 0)
    }

    @Test func aPaginationComesToItsEndWhereNothingIsCached() throws {
        var script = TableScript(bytes: 0)
        let key = try key.get()
        let result = try script.fill(key, ListingBuilder("a=1@3", "b=1@2", count: 3))
        let state = try #require(result.state)
        let first = try #require(state.snapshot.render(key, sessionToken: nil, nextToken: { _ in "t" }))
        script.table.paginationStarted(in: state.snapshot, of: key.dataset, now: .milliseconds(0))
        script.write(.applied(try change("a=2@4")), to: key.dataset)
        #expect(
            script.read(try pageKey(maxResults: 1, cursor: first.next))
                == page(of: [try SampleRecord("b=1@2")], count: 3)
        )
    }
}
