import CognitoSync
import Testing

@testable import Policy

/// What a copy answers, and what it becomes by an answer or a write that follows it.
struct DatasetCopyTests {
    /// What a copy shows to a question, as `key=value@count` and `key@count`; nil where it is silent.
    private func shown(_ copy: DatasetCopy?, since: Int64 = 0) throws -> [String]? {
        guard let copy,
            copy.render(try pageKey(since: since), sessionToken: nil, nextToken: { _ in "" }) != nil
        else { return nil }
        return copy.records.entries.filter {
            since == 0 ? $0.hasValue || copy.listsTombstones : $0.syncCount > since
        }
        .map { entry in
            let key = String(decoding: copy.records.bytes[entry.key], as: UTF8.self)
            return entry.hasValue ? "\(key)@\(entry.syncCount)" : "-\(key)@\(entry.syncCount)"
        }
    }

    private func whole() throws -> DatasetCopy { try Listing("a=1@3", "b=1@2", count: 3).copy() }

    @Test func aWholeListingAnswersForAllAndFromItsOwnCount() throws {
        let copy = try whole()
        #expect([-1, 0, 1, 2, 3, 4].map { copy.answers($0) } == [false, true, false, false, true, false])
    }

    @Test func whatChangedAfterACountAnswersFromThatCount() throws {
        let copy = try Listing("a=1@5", "b@4", count: 6).copy(since: 3)
        #expect((0...7).map { copy.answers($0) } == [false, false, false, true, true, true, true, false])
        #expect(try shown(copy, since: 4) == ["a@5"])
    }

    @Test func whatIsNotThereAnswersOnlyForAll() throws {
        let copy = try Listing.absent.copy()
        #expect(copy.isAbsent && copy.answers(0) && !copy.answers(1))
        #expect(DatasetCopy(try Listing.absent.seen(since: 1), listsTombstones: false) == nil)
    }

    @Test(arguments: [
        "merged", "unknown member", "deleted", "more pages", "above its count", "below the question",
        "one key twice", "absent with records",
    ])
    func whatCannotBeAnsweredFromIsNeverHeld(name: String) throws {
        var listing = try Listing("a=1@3", count: 3)
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
        #expect(DatasetCopy(seen, listsTombstones: false) == nil)
        #expect(try Listing("a=1@1", count: 1).copy().following(seen) == nil)
    }

    @Test func aDeltaBringsACopyForward() throws {
        let copy = try whole().following(try Listing("b@5", "c=1@4", count: 5).seen(since: 3))
        #expect(copy?.syncCount == 5)
        #expect(try shown(copy) == ["a@3", "c@4"])
        #expect(try shown(copy, since: 3) == ["-b@5", "c@4"])
        #expect(try shown(copy, since: 4) == ["-b@5"])
        #expect(copy?.answers(2) == false)
    }

    @Test func aDeltaFromBeforeTheCountConnectsAndOneFromAfterDoesNot() throws {
        let copy = try whole()
        #expect(
            try shown(copy.following(try Listing("a=2@4", "b=1@2", count: 4).seen(since: 1))) == [
                "a@4", "b@2",
            ]
        )
        #expect(copy.following(try Listing("a=2@5", count: 5).seen(since: 4)) == nil)
        #expect(copy.following(try Listing(count: 5).seen(since: 4)) == nil)
    }

    @Test func nothingNewIsTheSameCopy() throws {
        let copy = try whole()
        #expect(copy.following(try Listing(count: 3).seen(since: 3)) === copy)
        #expect(copy.following(try Listing("a=1@3", "b=1@2", count: 3).seen()) === copy)
    }

    @Test func anOlderOrAbsentVersionDoesNotFollow() throws {
        let copy = try whole()
        #expect(copy.following(try Listing(count: 2).seen(since: 2)) == nil)
        #expect(copy.following(try Listing.absent.seen()) == nil)
        #expect(try Listing.absent.copy().following(try Listing("a=1@1", count: 1).seen()) == nil)
    }

    @Test func anAnswerThatGoesBackFurtherWidensTheCopy() throws {
        let copy = try whole().following(try Listing("a=1@3", "x@2", count: 3).seen(since: 1))
        #expect((0...3).map { copy?.answers($0) } == [true, true, true, true])
        #expect(try shown(copy) == ["a@3", "b@2"])
        #expect(try shown(copy, since: 1) == ["a@3", "b@2", "-x@2"])
    }

    @Test func aWholeListingCompletesACopyThatBeganLater() throws {
        let partial = try Listing("a=1@3", "x@3", count: 3).copy(since: 2)
        #expect(!partial.answers(0))
        let copy = partial.following(try Listing("a=1@3", "b=1@1", count: 3).seen())
        #expect(try shown(copy) == ["a@3", "b@1"])
        #expect(try shown(copy, since: 2) == ["a@3", "-x@3"])
        #expect(copy?.answers(1) == false)
    }

    @Test func aNewerWholeListingBeginsAnewSinceItNeedNotShowWhatWasRemoved() throws {
        let copy = try whole().following(try Listing("a=1@3", count: 5).seen())
        #expect(copy?.syncCount == 5)
        #expect(copy?.answers(3) == false)
        #expect(try shown(copy) == ["a@3"])
    }

    @Test(arguments: [false, true])
    func aWholeListingShowsTombstonesWhereTheServiceDoes(listsTombstones: Bool) throws {
        let copy = try Listing("a=1@3", "b=1@2", count: 3).copy(listsTombstones: listsTombstones)
            .following(try Listing("b@4", count: 4).seen(since: 3))
        #expect(try shown(copy) == (listsTombstones ? ["a@3", "-b@4"] : ["a@3"]))
        #expect(try shown(copy, since: 3) == ["-b@4"])
    }

    @Test func aTombstoneInAWholeListingProvesThatTheServiceListsThem() throws {
        let copy = try Listing("a=1@3", "b@2", count: 3).copy()
        #expect(try shown(copy) == ["a@3", "-b@2"])
        let next = copy.following(try change("a@4"))
        #expect(try shown(next) == ["-a@4", "-b@2"])
        let partial = try Listing("b@2", count: 3).copy(since: 1)
        #expect(!partial.listsTombstones)
        #expect(partial.following(try Listing("a=1@1", "b@2", count: 3).seen())?.listsTombstones == true)
    }

    @Test func aWriteThatComesNextFollows() throws {
        let copy = try whole().following(try change("c=1@4", "a@4"))
        #expect(copy?.syncCount == 4)
        #expect(try shown(copy) == ["b@2", "c@4"])
        #expect(try shown(copy, since: 3) == ["-a@4", "c@4"])
    }

    @Test(arguments: [["a=2@5"], ["a=2@3"], ["a=2@4", "b=2@3"], ["a=2@1"]])
    func aWriteThatDoesNotComeNextDoesNotFollow(records: [String]) throws {
        let change = try #require(try recordChange(try records.map { try SampleRecord($0) }))
        #expect(try whole().following(change) == nil)
    }

    @Test func nothingFollowsWhatIsNotThere() throws {
        #expect(try Listing.absent.copy().following(try change("a=1@1")) == nil)
    }

    @Test func aChangeIsKnownWhereItsRecordsStandWithTheirCountsOrHigherOnes() throws {
        let copy = try whole()
        #expect(copy.contains(try change("a=1@3")))
        #expect(copy.contains(try change("a=1@2")))
        #expect(!copy.contains(try change("a=1@4")))
        #expect(!copy.contains(try change("c=1@3")))
        #expect(!copy.contains(try change("b=1@3")))
    }

    @Test func aChangeOfNothingOrOfOneKeyTwiceIsNone() throws {
        #expect(try recordChange([]) == nil)
        #expect(try recordChange([try SampleRecord("a=1@1"), try SampleRecord("a=2@1")]) == nil)
    }

    @Test func whoChangedItLastComesFromTheLastAnswer() throws {
        var listing = try Listing("a=2@4", count: 4)
        listing.author = "other"
        let copy = try #require(try whole().following(try listing.seen(since: 3)))
        #expect(copy.lastModifiedBy == Array("\"other\"".utf8))
        let write = SampleRecord(key: "a", value: "3", count: 5, author: "third")
        #expect(copy.following(try change(write))?.lastModifiedBy == Array("\"third\"".utf8))
    }
}
