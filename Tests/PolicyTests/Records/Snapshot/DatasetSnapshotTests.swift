import CognitoSync
import Testing

@testable import Policy

/// Snapshots: the reads that they serve, and their successors after a response or a write.
struct DatasetSnapshotTests {
    /// Returns what a snapshot shows, as `key@count`, and `-key@count` for a tombstone; nil where it serves nothing.
    private func shown(_ snapshot: DatasetSnapshot?, since: Int64 = 0) throws -> [String]? {
        guard let snapshot,
            snapshot.render(try pageKey(since: since), sessionToken: nil, nextToken: { _ in "" }) != nil
        else { return nil }
        return snapshot.records.entries.filter {
            since == 0 ? $0.hasValue || snapshot.listsTombstones : $0.syncCount > since
        }
        .map { entry in
            let key = String(decoding: snapshot.records.bytes[entry.key], as: UTF8.self)
            return entry.hasValue ? "\(key)@\(entry.syncCount)" : "-\(key)@\(entry.syncCount)"
        }
    }

    private func whole() throws -> DatasetSnapshot {
        try ListingBuilder("a=1@3", "b=1@2", count: 3).snapshot()
    }

    /// A maker of sealed tokens.
    private final class Maker: Sendable {}

    @Test func aTokenIsSealedOnceForItsMakerAndItsRenewal() throws {
        let snapshot = try whole()
        let (one, other) = (Maker(), Maker())
        var sealed = 0
        func token(_ maker: Maker, _ renewal: Int64) -> String {
            snapshot.sealedToken(by: maker, until: renewal) {
                sealed += 1
                return "token\(sealed)"
            }
        }
        #expect(token(one, 10) == "token1" && token(one, 10) == "token1")
        #expect(token(one, 11) == "token2" && token(one, 11) == "token2")
        #expect(token(other, 11) == "token3" && token(other, 11) == "token3")
        #expect(token(one, 11) == "token4" && sealed == 4)
    }

    @Test func aWholeListingServesAllAndFromItsOwnCount() throws {
        let snapshot = try whole()
        #expect(
            [-1, 0, 1, 2, 3, 4].map { snapshot.serves($0) } == [false, true, false, false, true, false]
        )
    }

    @Test func aListOfChangesServesFromItsCount() throws {
        let snapshot = try ListingBuilder("a=1@5", "b@4", count: 6).snapshot(since: 3)
        #expect((0...7).map { snapshot.serves($0) } == [false, false, false, true, true, true, true, false])
        #expect(try shown(snapshot, since: 4) == ["a@5"])
    }

    @Test func anAbsentDatasetServesOnlyAll() throws {
        let snapshot = try ListingBuilder.absent.snapshot()
        #expect(snapshot.isAbsent && snapshot.serves(0) && !snapshot.serves(1))
        #expect(DatasetSnapshot(try ListingBuilder.absent.seen(since: 1), listsTombstones: false) == nil)
    }

    @Test(arguments: [
        "merged", "unknown member", "deleted", "more pages", "above its count", "below the question",
        "one key twice", "absent with records",
    ])
    func aResponseThatOtherReadsCannotBeServedFromIsNotCached(name: String) throws {
        var listing = try ListingBuilder("a=1@3", count: 3)
        switch name {
        case "merged": listing.merged = ["other"]
        case "unknown member": listing.extra = ",\"New\":1"
        case "deleted": listing.wasDeleted = true
        case "more pages": listing.nextToken = "a"
        case "above its count": listing.count = 2
        case "below the question": listing.records[0].count = 1
        case "one key twice": listing.records.append(listing.records[0])
        default: listing.exists = false
        }
        let seen = try listing.seen(since: name == "absent with records" ? 0 : 1)
        #expect(DatasetSnapshot(seen, listsTombstones: false) == nil)
        #expect(try ListingBuilder("a=1@1", count: 1).snapshot().following(seen) == nil)
    }

    @Test func aDeltaBringsASnapshotForward() throws {
        let snapshot = try whole().following(try ListingBuilder("b@5", "c=1@4", count: 5).seen(since: 3))
        #expect(snapshot?.syncCount == 5)
        #expect(try shown(snapshot) == ["a@3", "c@4"])
        #expect(try shown(snapshot, since: 3) == ["-b@5", "c@4"])
        #expect(try shown(snapshot, since: 4) == ["-b@5"])
        #expect(snapshot?.serves(2) == false)
    }

    @Test func aDeltaFromBeforeTheCountConnectsAndOneFromAfterDoesNot() throws {
        let snapshot = try whole()
        #expect(
            try shown(snapshot.following(try ListingBuilder("a=2@4", "b=1@2", count: 4).seen(since: 1))) == [
                "a@4", "b@2",
            ]
        )
        #expect(snapshot.following(try ListingBuilder("a=2@5", count: 5).seen(since: 4)) == nil)
        #expect(snapshot.following(try ListingBuilder(count: 5).seen(since: 4)) == nil)
    }

    @Test func nothingNewIsTheSameSnapshot() throws {
        let snapshot = try whole()
        #expect(snapshot.following(try ListingBuilder(count: 3).seen(since: 3)) === snapshot)
        #expect(snapshot.following(try ListingBuilder("a=1@3", "b=1@2", count: 3).seen()) === snapshot)
    }

    @Test func anOlderOrAbsentVersionDoesNotFollow() throws {
        let snapshot = try whole()
        #expect(snapshot.following(try ListingBuilder(count: 2).seen(since: 2)) == nil)
        #expect(snapshot.following(try ListingBuilder.absent.seen()) == nil)
        #expect(
            try ListingBuilder.absent.snapshot().following(try ListingBuilder("a=1@1", count: 1).seen())
                == nil
        )
    }

    @Test func aResponseThatGoesBackFurtherWidensTheSnapshot() throws {
        let snapshot = try whole().following(try ListingBuilder("a=1@3", "x@2", count: 3).seen(since: 1))
        #expect((0...3).map { snapshot?.serves($0) } == [true, true, true, true])
        #expect(try shown(snapshot) == ["a@3", "b@2"])
        #expect(try shown(snapshot, since: 1) == ["a@3", "b@2", "-x@2"])
    }

    @Test func aWholeListingCompletesASnapshotThatBeganLater() throws {
        let partial = try ListingBuilder("a=1@3", "x@3", count: 3).snapshot(since: 2)
        #expect(!partial.serves(0))
        let snapshot = partial.following(try ListingBuilder("a=1@3", "b=1@1", count: 3).seen())
        #expect(try shown(snapshot) == ["a@3", "b@1"])
        #expect(try shown(snapshot, since: 2) == ["a@3", "-x@3"])
        #expect(snapshot?.serves(1) == false)
    }

    @Test func aNewerWholeListingBeginsAgainSinceItNeedNotShowRemovals() throws {
        let snapshot = try whole().following(try ListingBuilder("a=1@3", count: 5).seen())
        #expect(snapshot?.syncCount == 5)
        #expect(snapshot?.serves(3) == false)
        #expect(try shown(snapshot) == ["a@3"])
    }

    @Test(arguments: [false, true])
    func aWholeListingShowsTombstonesWhereTheServiceDoes(listsTombstones: Bool) throws {
        let snapshot = try ListingBuilder("a=1@3", "b=1@2", count: 3).snapshot(
            listsTombstones: listsTombstones
        )
        .following(try ListingBuilder("b@4", count: 4).seen(since: 3))
        #expect(try shown(snapshot) == (listsTombstones ? ["a@3", "-b@4"] : ["a@3"]))
        #expect(try shown(snapshot, since: 3) == ["-b@4"])
    }

    @Test func aTombstoneInAWholeListingProvesThatTheServiceListsThem() throws {
        let snapshot = try ListingBuilder("a=1@3", "b@2", count: 3).snapshot()
        #expect(try shown(snapshot) == ["a@3", "-b@2"])
        let next = snapshot.following(try change("a@4"))
        #expect(try shown(next) == ["-a@4", "-b@2"])
        let partial = try ListingBuilder("b@2", count: 3).snapshot(since: 1)
        #expect(!partial.listsTombstones)
        #expect(
            partial.following(try ListingBuilder("a=1@1", "b@2", count: 3).seen())?.listsTombstones == true
        )
    }

    @Test func aWriteThatComesNextFollows() throws {
        let snapshot = try whole().following(try change("c=1@4", "a@4"))
        #expect(snapshot?.syncCount == 4)
        #expect(try shown(snapshot) == ["b@2", "c@4"])
        #expect(try shown(snapshot, since: 3) == ["-a@4", "c@4"])
    }

    @Test(arguments: [["a=2@5"], ["a=2@3"], ["a=2@4", "b=2@3"], ["a=2@1"]])
    func aWriteThatDoesNotComeNextDoesNotFollow(records: [String]) throws {
        let change = try #require(try recordChange(try records.map { try SampleRecord($0) }))
        #expect(try whole().following(change) == nil)
    }

    @Test func nothingFollowsAnAbsentDataset() throws {
        #expect(try ListingBuilder.absent.snapshot().following(try change("a=1@1")) == nil)
    }

    @Test func aChangeIsKnownWhereItsRecordsStandWithTheirCountsOrHigherOnes() throws {
        let snapshot = try whole()
        #expect(snapshot.contains(try change("a=1@3")))
        #expect(snapshot.contains(try change("a=1@2")))
        #expect(!snapshot.contains(try change("a=1@4")))
        #expect(!snapshot.contains(try change("c=1@3")))
        #expect(!snapshot.contains(try change("b=1@3")))
    }

    @Test func aChangeOfNothingOrOfOneKeyTwiceIsNone() throws {
        #expect(try recordChange([]) == nil)
        #expect(try recordChange([try SampleRecord("a=1@1"), try SampleRecord("a=2@1")]) == nil)
    }

    @Test func theLastWriterComesFromTheLastResponse() throws {
        var listing = try ListingBuilder("a=2@4", count: 4)
        listing.author = "other"
        let snapshot = try #require(try whole().following(try listing.seen(since: 3)))
        #expect(snapshot.lastModifiedBy == Array("\"other\"".utf8))
        let write = SampleRecord(key: "a", value: "3", count: 5, author: "third", date: 5)
        #expect(snapshot.following(try change(write))?.lastModifiedBy == Array("\"third\"".utf8))
    }
}
