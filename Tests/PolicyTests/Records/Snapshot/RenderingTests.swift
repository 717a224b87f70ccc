import CognitoSync
import Testing

@testable import Policy

/// Pages rendered from a snapshot, byte by byte as pages put together by hand.
struct RenderingTests {
    private let records = Result {
        try ["a=1@7", "b@5", "c=3@6", "d=4@2", "e@7", "f=6@4"].map { try SampleRecord($0) }
    }

    private func snapshot(listsTombstones: Bool = false) throws -> DatasetSnapshot {
        let old = try ListingBuilder("a=0@1", "b=2@1", "d=4@2", "e=5@1", "f=6@4", count: 4)
            .snapshot(listsTombstones: listsTombstones)
        return try #require(
            old.following(try ListingBuilder("a=1@7", "b@5", "c=3@6", "e@7", count: 7).seen(since: 4))
        )
    }

    private func text(_ snapshot: DatasetSnapshot, _ key: PageKey, sessionToken: String? = nil) -> String? {
        snapshot.render(key, sessionToken: sessionToken, nextToken: { "n\($0.index)" })
            .map { String(decoding: $0.body, as: UTF8.self) }
    }

    @Test(arguments: [false, true], [0, 4, 5, 6, 7] as [Int64])
    func aPageHasTheRecordsThatMatchInTheOrderOfTheirKeys(listsTombstones: Bool, since: Int64) throws {
        let matching = try records.get().filter {
            since == 0 ? $0.value != nil || listsTombstones : $0.count > since
        }
        let snapshot = try snapshot(listsTombstones: listsTombstones)
        #expect(text(snapshot, try pageKey(since: since)) == page(of: matching, count: 7))
    }

    @Test(arguments: [false, true], [0, 4, 6] as [Int64])
    func aPaginationOfAnyPageSizeHasEveryRecordOnce(listsTombstones: Bool, since: Int64) throws {
        let snapshot = try snapshot(listsTombstones: listsTombstones)
        let matching = try records.get().filter {
            since == 0 ? $0.value != nil || listsTombstones : $0.count > since
        }
        for size in 1...7 {
            var cursor: PageCursor?
            for start in stride(from: 0, to: matching.count, by: size) {
                let key = try pageKey(since: since, maxResults: Int64(size), cursor: cursor)
                let rendering = try #require(snapshot.render(key, sessionToken: nil) { "n\($0.index)" })
                let end = start + size
                let expected = page(
                    of: Array(matching[start..<min(end, matching.count)]),
                    count: 7,
                    nextToken: end < matching.count ? "n\(end)" : nil
                )
                #expect(String(decoding: rendering.body, as: UTF8.self) == expected)
                #expect(rendering.next?.index == (end < matching.count ? end : nil))
                #expect(rendering.next.map { $0.since == since && $0.syncCount == 7 } ?? true)
                cursor = rendering.next
            }
        }
    }

    @Test func theScannerReadsAPageAsOneOfTheService() throws {
        let key = try pageKey(since: 4, maxResults: 3)
        let rendering = try #require(try snapshot().render(key, sessionToken: "s") { _ in "n" })
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
            text(try snapshot(), try pageKey(since: 6), sessionToken: "s=")
                == page(of: matching, count: 7, sessionToken: "s=")
        )
    }

    @Test func anAbsentDatasetIsSaidToBeAbsent() throws {
        #expect(
            text(try ListingBuilder.absent.snapshot(), try pageKey(maxResults: 5))
                == page(of: [], count: 0, exists: false, author: nil)
        )
    }

    @Test func theLastWriterIsLeftAsItWasSpelt() throws {
        var listing = try ListingBuilder("a=1@1", count: 1)
        listing.author = "\\u0031\\/2"
        #expect(
            text(try listing.snapshot(), try pageKey())
                == page(of: listing.records, count: 1, author: "\\u0031\\/2")
        )
    }

    @Test func aSnapshotRendersNoPageThatItDoesNotHave() throws {
        let snapshot = try snapshot()
        #expect(text(snapshot, try pageKey(since: 3)) == nil)
        #expect(text(snapshot, try pageKey(since: 8)) == nil)
        #expect(!snapshot.serves(try pageKey(since: 3)))
    }

    @Test func aPaginationDoesNotContinueInAnotherSnapshot() throws {
        let key = try pageKey(maxResults: 1)
        let cursor = try #require(try snapshot().render(key, sessionToken: nil) { _ in "" }?.next)
        let next = try pageKey(maxResults: 1, cursor: cursor)
        #expect(try snapshot().serves(next))
        let others = [
            try #require(try snapshot().following(try change("z=1@8"))),
            try ListingBuilder("a=1@7", "c=3@6", "d=4@2", "g=6@4", count: 7).snapshot(),
            try ListingBuilder("a=1@7", "c=3@6", "d=4@3", "f=6@4", count: 7).snapshot(),
            try ListingBuilder("a=1@7", count: 7).snapshot(since: 6),
        ]
        for other in others {
            #expect(!other.serves(next))
            #expect(text(other, next) == nil)
        }
    }

    @Test func aPaginationContinuesInAnEqualSnapshot() throws {
        let key = try pageKey(maxResults: 1)
        let cursor = try #require(try snapshot().render(key, sessionToken: nil) { _ in "" }?.next)
        let fetched = try ListingBuilder("a=1@7", "c=3@6", "d=4@2", "f=6@4", count: 7).snapshot()
        #expect(fetched.serves(try pageKey(maxResults: 2, cursor: cursor)))
        #expect(
            text(fetched, try pageKey(maxResults: 2, cursor: cursor))
                == page(of: try ["c=3@6", "d=4@2"].map { try SampleRecord($0) }, count: 7, nextToken: "n3")
        )
    }

    @Test func aCursorBehindTheEndIsAnEmptyPage() throws {
        let key = try pageKey(maxResults: 1)
        let cursor = try #require(try snapshot().render(key, sessionToken: nil) { _ in "" }?.next)
        let beyond = PageCursor(since: 0, syncCount: 7, digest: cursor.digest, index: .max)
        #expect(text(try snapshot(), try pageKey(maxResults: 1024, cursor: beyond)) == page(of: [], count: 7))
        let before = PageCursor(since: 0, syncCount: 7, digest: cursor.digest, index: .min)
        #expect(text(try snapshot(), try pageKey(cursor: before))?.contains("\"Count\":4") == true)
    }
}
