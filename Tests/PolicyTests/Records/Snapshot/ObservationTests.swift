import CognitoSync
import Testing

@testable import Policy

/// Responses, and pages joined.
struct ObservationTests {
    private func pages(
        _ change: (inout [ListingBuilder]) -> Void = { _ in },
        since: [Int64] = [0, 0]
    ) throws -> [Observation] {
        var listings = [
            try ListingBuilder("a=1@1", "b=1@3", count: 3), try ListingBuilder("c=1@2", count: 3),
        ]
        listings[0].nextToken = "b"
        (listings[0].sessionToken, listings[1].sessionToken) = ("one", "two")
        change(&listings)
        return try zip(listings, since).map { try $0.seen(since: $1) }
    }

    @Test func pagesOfOneStateAreOneListing() throws {
        let seen = try #require(Observation(joining: try pages()))
        #expect(seen.records?.entries.count == 3)
        #expect(seen.nextToken == nil)
        #expect(seen.sessionToken == "two")
        let snapshot = try #require(DatasetSnapshot(seen, listsTombstones: false))
        #expect(snapshot.records.entries.map(\.syncCount) == [1, 3, 2])
    }

    @Test func pagesOfDifferentStatesOrRequestsAreNone() throws {
        #expect(Observation(joining: try pages { $0[1].count = 4 }) == nil)
        #expect(Observation(joining: try pages { $0[1].exists = false }) == nil)
        #expect(Observation(joining: try pages(since: [0, 1])) == nil)
        #expect(Observation(joining: []) == nil)
    }

    @Test func aFactOfOnePageHoldsForAll() throws {
        #expect(Observation(joining: try pages { $0[0].wasDeleted = true })?.wasDeleted == true)
        #expect(Observation(joining: try pages { $0[0].merged = ["x"] })?.isPlain == false)
        #expect(Observation(joining: try pages { $0[1].extra = ",\"New\":null" })?.isPlain == false)
        #expect(Observation(joining: try pages { $0[1].nextToken = "c" })?.cacheable == nil)
    }

    @Test func aPageWhoseKeysAreNotKnownSpoilsTheListing() throws {
        let seen = try #require(Observation(joining: try pages { $0[0].records[1].key = "a" }))
        #expect(seen.records == nil && seen.cacheable == nil)
    }

    @Test func tokensAreReadWithTheirEscapesUndone() throws {
        var listing = try ListingBuilder("a=1@1", count: 1)
        (listing.nextToken, listing.sessionToken) = ("\\u0061\\/b", "x\\u003d")
        let seen = try listing.seen()
        #expect(seen.nextToken == "a/b")
        #expect(seen.sessionToken == "x=")
    }

    @Test func aResponseShowsASnapshotOfItsVersion() throws {
        let snapshot = try ListingBuilder("a=1@3", count: 3).snapshot()
        #expect(try ListingBuilder(count: 3).seen(since: 3).shows(snapshot))
        #expect(!(try ListingBuilder(count: 4).seen(since: 3).shows(snapshot)))
        #expect(!(try ListingBuilder.absent.seen().shows(snapshot)))
    }
}
