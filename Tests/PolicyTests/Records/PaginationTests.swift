import CognitoSync
import Testing

@testable import Policy

/// Walks through a dataset's pages, and the states that are kept for them.
struct PaginationTests {
    private let key = Result { try pageKey(maxResults: 1) }

    /// A table with a dataset of three records, one to a page, whose first page has been given out.
    private func walked(at time: Int64 = 0) throws -> (story: TableScript, next: PageKey) {
        var story = TableScript()
        let key = try key.get()
        try story.fill(key, ListingBuilder("a=1@3", "b=1@2", "c=1@1", count: 3), at: time)
        guard case .derive(let state) = story.look(key, at: time),
            let cursor = state.snapshot.render(key, sessionToken: nil, nextToken: { _ in "t" })?.next
        else { throw TableScript.NotLed() }
        story.table.paginationStarted(in: state.snapshot, of: key.dataset, now: .milliseconds(time))
        return (story, try pageKey(maxResults: 1, cursor: cursor))
    }

    @Test func aWalkGoesOnInTheStateThatItBeganIn() throws {
        var (story, next) = try walked()
        #expect(story.read(next) == page(of: [try SampleRecord("b=1@2")], count: 3, nextToken: "2"))
        story.write(.applied(try change("a@4")), to: next.dataset)
        #expect(story.read(next) == page(of: [try SampleRecord("b=1@2")], count: 3, nextToken: "2"))
        #expect(story.ask(try key.get()) == "derive 4")
    }

    @Test func aWalkDoesNotAskWhetherItsStateIsFresh() throws {
        var (story, next) = try walked()
        #expect(story.ask(next, at: 30_000) == "derive 3")
    }

    @Test func aWalkEndsWhenItsStateIsNoLongerKept() throws {
        var (story, next) = try walked()
        story.write(.applied(try change("a@4")), to: next.dataset)
        #expect(story.ask(next, at: 59_999) == "derive 3")
        #expect(story.ask(next, at: 60_000) == "gone")
    }

    @Test func aWalkThatGoesOnKeepsItsStateForLonger() throws {
        var (story, next) = try walked()
        #expect(story.ask(next, at: 30_000) == "derive 3")
        story.write(.applied(try change("a@4")), to: next.dataset, at: 30_000)
        #expect(story.ask(next, at: 89_999) == "derive 3")
        #expect(story.ask(next, at: 90_000) == "gone")
    }

    @Test func aStateThatNobodyWalksThroughIsNotKept() throws {
        var story = TableScript()
        let key = try key.get()
        try story.fill(key, ListingBuilder("a=1@3", count: 3))
        let bytes = story.table.statistics.bytes
        story.write(.applied(try change("a=2@4")), to: key.dataset)
        #expect(story.table.snapshots.count == 0)
        #expect(story.table.statistics.bytes < bytes + 200)
    }

    @Test func aWalkThroughADatasetThatWasDeletedAsksAnew() throws {
        var (story, next) = try walked()
        story.table.deletionStarted(next.dataset.owner)
        story.table.deletionEnded(next.dataset.owner)
        #expect(story.ask(next) == "fetch 0")
        #expect(story.table.snapshots.count == 0)
    }

    @Test func aWalkFromAnotherReplicaThatKnowsMoreIsAskedFor() throws {
        var story = TableScript()
        let key = try key.get()
        try story.fill(key, ListingBuilder("a=1@3", "b=1@2", "c=1@1", count: 3))
        let later = try ListingBuilder("a=1@3", "b=2@4", "c=1@1", count: 4).snapshot()
        let cursor = try #require(later.render(key, sessionToken: nil, nextToken: { _ in "t" })?.next)
        let next = try pageKey(maxResults: 1, cursor: cursor)
        let ticket = try story.lead(next)
        #expect(ticket.plan.since == 3)
        let result = try story.complete(ticket, ListingBuilder("b=2@4", count: 4), .same(creationDate: []))
        #expect(
            story.text(result.state, next) == page(of: [try SampleRecord("b=2@4")], count: 4, nextToken: "2")
        )
    }

    @Test func aWalkThroughAnotherDatasetWithTheSameCountIsNotAnsweredFromThisOne() throws {
        var story = TableScript()
        let key = try key.get()
        try story.fill(key, ListingBuilder("x=1@3", "y=1@2", count: 3))
        let other = try ListingBuilder("a=1@3", "b=1@2", count: 3).snapshot()
        let cursor = try #require(other.render(key, sessionToken: nil, nextToken: { _ in "t" })?.next)
        #expect(story.ask(try pageKey(maxResults: 1, cursor: cursor)) == "confirm 3")
    }

    @Test func snapshotsAreBoundedInNumberAndBytesAndTheOldestGoes() throws {
        var snapshots = PaginationSnapshots()
        let snapshot = try ListingBuilder("a=1@1", count: 1).snapshot()
        let scopes = try (0..<70).map { try scope(owner: $0) }
        let until = Instant.milliseconds(1000)
        for scope in scopes { snapshots.keep(snapshot, of: scope, until: until, limit: 1 << 20) }
        #expect(snapshots.count == PaginationSnapshots.most)
        #expect(snapshots.bytes == PaginationSnapshots.most * snapshot.cost)
        let now = Instant.milliseconds(999)
        #expect(snapshots.snapshots(of: scopes[5], syncCount: 1, now: now).isEmpty)
        #expect(snapshots.snapshots(of: scopes[6], syncCount: 1, now: now).count == 1)
        #expect(snapshots.snapshots(of: scopes[6], syncCount: 2, now: now).isEmpty)
        #expect(snapshots.snapshots(of: scopes[6], syncCount: 1, now: until).isEmpty)
        snapshots.keep(snapshot, of: scopes[0], until: until, limit: 3 * snapshot.cost)
        #expect(snapshots.count == 3)
        snapshots.removeAll { $0 == scopes[0] }
        #expect(snapshots.count == 2 && snapshots.bytes == 2 * snapshot.cost)
        snapshots.keep(snapshot, of: scopes[0], until: until, limit: 0)
        #expect(snapshots.count == 0 && snapshots.bytes == 0)
    }

    @Test func tighterLimitsTakeSnapshotsToo() throws {
        var (story, next) = try walked()
        story.write(.applied(try change("a@4")), to: next.dataset)
        #expect(story.table.snapshots.count == 1)
        story.table.resize(RecordsLimits(bytes: 0))
        #expect(story.table.statistics.bytes == 0)
    }
}
