import CognitoSync
import Testing

@testable import Policy

/// Pages rendered from a copy, byte by byte as a page put together by hand.
struct RenderingTests {
    private let records = Result {
        try ["a=1@7", "b@5", "c=3@6", "d=4@2", "e@7", "f=6@4"].map { try SampleRecord($0) }
    }

    private func copy(listsTombstones: Bool = false) throws -> DatasetCopy {
        let old = try Listing("a=0@1", "b=2@1", "d=4@2", "e=5@1", "f=6@4", count: 4)
            .copy(listsTombstones: listsTombstones)
        return try #require(
            old.following(try Listing("a=1@7", "b@5", "c=3@6", "e@7", count: 7).seen(since: 4))
        )
    }

    private func text(_ copy: DatasetCopy, _ key: PageKey, sessionToken: String? = nil) -> String? {
        copy.render(key, sessionToken: sessionToken, nextToken: { "n\($0.index)" })
            .map { String(decoding: $0.body, as: UTF8.self) }
    }

    @Test(arguments: [false, true], [0, 4, 5, 6, 7] as [Int64])
    func aPageHasTheRecordsThatMatchInTheOrderOfTheirKeys(listsTombstones: Bool, since: Int64) throws {
        let matching = try records.get().filter {
            since == 0 ? $0.value != nil || listsTombstones : $0.count > since
        }
        let copy = try copy(listsTombstones: listsTombstones)
        #expect(text(copy, try pageKey(since: since)) == page(of: matching, count: 7))
    }

    @Test(arguments: [false, true], [0, 4, 6] as [Int64])
    func aWalkOfAnySizeHasEveryRecordOnce(listsTombstones: Bool, since: Int64) throws {
        let copy = try copy(listsTombstones: listsTombstones)
        let matching = try records.get().filter {
            since == 0 ? $0.value != nil || listsTombstones : $0.count > since
        }
        for size in 1...7 {
            var place: WalkPlace?
            for start in stride(from: 0, to: matching.count, by: size) {
                let key = try pageKey(since: since, maxResults: Int64(size), place: place)
                let rendering = try #require(copy.render(key, sessionToken: nil) { "n\($0.index)" })
                let end = start + size
                let expected = page(
                    of: Array(matching[start..<min(end, matching.count)]),
                    count: 7,
                    nextToken: end < matching.count ? "n\(end)" : nil
                )
                #expect(String(decoding: rendering.body, as: UTF8.self) == expected)
                #expect(rendering.next?.index == (end < matching.count ? end : nil))
                #expect(rendering.next.map { $0.since == since && $0.syncCount == 7 } ?? true)
                place = rendering.next
            }
        }
    }

    @Test func aPageIsAnAnswerThatTheScannerTakesForThatOfTheService() throws {
        let key = try pageKey(since: 4, maxResults: 3)
        let rendering = try #require(try copy().render(key, sessionToken: "s") { _ in "n" })
        let scanned = try RecordsPage.scan(rendering.body)
        #expect(scanned.datasetSyncCount == 7 && scanned.datasetExists && !scanned.hasUnknownMembers)
        #expect(scanned.records.count == 3 && scanned.nextToken != nil && scanned.sessionToken != nil)
        let members = [
            "Count", "DatasetDeletedAfterRequestedSyncCount", "DatasetExists", "DatasetSyncCount",
            "LastModifiedBy", "MergedDatasetNames", "NextToken", "Records", "SyncSessionToken",
        ]
        let body = String(decoding: rendering.body, as: UTF8.self)
        #expect(members.allSatisfy { body.contains("\"\($0)\":") })
    }

    @Test func aSessionTokenIsThereIfItIsGiven() throws {
        let matching = try records.get().filter { $0.count > 6 }
        #expect(
            text(try copy(), try pageKey(since: 6), sessionToken: "s=")
                == page(of: matching, count: 7, sessionToken: "s=")
        )
    }

    @Test func anAbsentDatasetIsSaidToBeAbsent() throws {
        #expect(
            text(try Listing.absent.copy(), try pageKey(maxResults: 5))
                == page(of: [], count: 0, exists: false, author: nil)
        )
    }

    @Test func whoChangedItIsLeftAsItWasSpelt() throws {
        var listing = try Listing("a=1@1", count: 1)
        listing.author = "\\u0031\\/2"
        #expect(
            text(try listing.copy(), try pageKey())
                == page(of: listing.records, count: 1, author: "\\u0031\\/2")
        )
    }

    @Test func whatACopyCannotAnswerItDoesNotRender() throws {
        let copy = try copy()
        #expect(text(copy, try pageKey(since: 3)) == nil)
        #expect(text(copy, try pageKey(since: 8)) == nil)
        #expect(!copy.answers(try pageKey(since: 3)))
    }

    @Test func aWalkDoesNotGoOnInAnotherState() throws {
        let key = try pageKey(maxResults: 1)
        let place = try #require(try copy().render(key, sessionToken: nil) { _ in "" }?.next)
        let next = try pageKey(maxResults: 1, place: place)
        #expect(try copy().answers(next))
        let others = [
            try #require(try copy().following(try change("z=1@8"))),
            try Listing("a=1@7", "c=3@6", "d=4@2", "g=6@4", count: 7).copy(),
            try Listing("a=1@7", "c=3@6", "d=4@3", "f=6@4", count: 7).copy(),
            try Listing("a=1@7", count: 7).copy(since: 6),
        ]
        for other in others {
            #expect(!other.answers(next))
            #expect(text(other, next) == nil)
        }
    }

    @Test func aWalkGoesOnInTheSameStateHoweverItWasCome() throws {
        let key = try pageKey(maxResults: 1)
        let place = try #require(try copy().render(key, sessionToken: nil) { _ in "" }?.next)
        let fetched = try Listing("a=1@7", "c=3@6", "d=4@2", "f=6@4", count: 7).copy()
        #expect(fetched.answers(try pageKey(maxResults: 2, place: place)))
        #expect(
            text(fetched, try pageKey(maxResults: 2, place: place))
                == page(of: try ["c=3@6", "d=4@2"].map { try SampleRecord($0) }, count: 7, nextToken: "n3")
        )
    }

    @Test func aPlaceBehindTheEndIsAnEmptyPage() throws {
        let key = try pageKey(maxResults: 1)
        let place = try #require(try copy().render(key, sessionToken: nil) { _ in "" }?.next)
        let beyond = WalkPlace(since: 0, syncCount: 7, digest: place.digest, index: .max)
        #expect(text(try copy(), try pageKey(maxResults: 1024, place: beyond)) == page(of: [], count: 7))
        let before = WalkPlace(since: 0, syncCount: 7, digest: place.digest, index: .min)
        #expect(text(try copy(), try pageKey(place: before))?.contains("\"Count\":4") == true)
    }
}
