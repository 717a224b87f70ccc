import CognitoSync
import Testing

@testable import Emulator

/// What a page holds, and how pages follow each other (domain.md 1.3 and 2).
@Suite struct ListRecordsTests {
    // domain.md 1.3, "404": an absent dataset is 200, as in the reference page's sample.
    @Test func anAbsentDatasetIsAnEmptyAnswer() throws {
        var client = try Client()
        let answer = try client.read()
        #expect(!answer.exists)
        #expect(answer.syncCount == 0)
        #expect(answer.records.isEmpty)
        #expect(answer.lastModifiedBy == nil)
        #expect(!answer.deletedAfterRequestedSyncCount)
        #expect(!answer.sessionToken.isEmpty)
    }

    // domain.md 1.1 step 5: a client that knew of it asks with its old count, and gets no error.
    @Test func anAbsentDatasetTakesAnyCount() throws {
        var client = try Client()
        #expect(try !client.read(since: 37).exists)
    }

    // domain.md 2, "lastSyncCount meaning": changed after it.
    @Test func theRequestedCountItselfIsLeftOut() throws {
        var client = try Client()
        try client.write(.replace("a", "1", at: 0))
        try client.write(.replace("b", "1", at: 0))
        #expect(try client.read(since: 0).keys == ["a", "b"])
        #expect(try client.read(since: 1).keys == ["b"])
        let nothing = try client.read(since: 2)
        #expect(nothing.keys.isEmpty)
        #expect(nothing.syncCount == 2)
        #expect(nothing.exists)
    }

    // domain.md 1.3: the live text.
    @Test(arguments: [Int64(37), 2, -1, .max, .min])
    func aCountThatTheServiceNeverGaveIsRefusedInTheLiveWords(count: Int64) throws {
        var client = try Client()
        try client.write(.replace("a", "1", at: 0))
        let refusal = ServiceError(
            status: 400,
            name: "InvalidParameterException",
            message: "No such SyncCount: \(count) exists for this Dataset"
        )
        #expect(throws: refusal) { try client.read(since: count) }
    }

    // domain.md 2, "tombstones", and 8 question 2: both ways for a whole list, always in a difference.
    @Test(arguments: [true, false]) func aRemovedRecordComesAsOneWithoutValue(inFullList: Bool) throws {
        var client = try Client(.with { $0.fullListingTombstones = inFullList })
        try client.write(.replace("a", "1", at: 0), .replace("b", "1", at: 0))
        try client.write(.remove("a", at: 1))
        let difference = try client.read(since: 1)
        #expect(difference.keys == ["a"])
        #expect(difference.values == [nil])
        #expect(try client.read().keys == (inFullList ? ["a", "b"] : ["b"]))
        #expect(try client.read(since: 0).keys == (inFullList ? ["a", "b"] : ["b"]))
    }

    // domain.md 2, "NextToken": base64 of the last key, in key order whatever the counts.
    @Test func pagesGoInKeyOrderAndTheTokenIsTheLastKey() throws {
        var client = try Client()
        try client.write(.replace("c", "1", at: 0))
        try client.write(.replace("a", "1", at: 0), .replace("b", "1", at: 0))
        let first = try client.read(max: 2)
        #expect(first.keys == ["a", "b"])
        #expect(first.count == 2)
        #expect(first.nextToken == "Yg==")
        let second = try client.read(max: 2, next: first.nextToken)
        #expect(second.keys == ["c"])
        #expect(second.nextToken == nil)
    }

    // domain.md 2, "change between pages": no snapshot, and the count is the page's own.
    @Test func aChangeBehindTheCursorIsNotSeenOnTheNextPage() throws {
        var client = try Client()
        try client.write(.replace("a", "1", at: 0), .replace("b", "1", at: 0), .replace("c", "1", at: 0))
        let first = try client.read(max: 2)
        try client.write(.replace("a", "2", at: 1))
        let second = try client.read(max: 2, next: first.nextToken)
        #expect(first.syncCount == 1)
        #expect(second.syncCount == 2)
        #expect(second.keys == ["c"])
    }

    // domain.md 8 question 4: whether a page that is just full promises another.
    @Test(arguments: [true, false]) func aPageThatIsJustFull(hasToken: Bool) throws {
        var client = try Client(.with { $0.tokenAfterFullPage = hasToken })
        try client.write(.replace("a", "1", at: 0), .replace("b", "1", at: 0))
        let page = try client.read(max: 2)
        #expect((page.nextToken != nil) == hasToken)
        guard hasToken else { return }
        #expect(try client.read(max: 2, next: page.nextToken).keys.isEmpty)
    }

    @Test func aTokenThatNobodyGaveIsRefused() throws {
        var client = try Client()
        #expect(throws: ServiceError.invalidParameter("Invalid NextToken")) { try client.read(next: "###") }
    }

    // domain.md 8 question 5: a page size out of bounds, both ways.
    @Test(arguments: [Int64(0), -5, 1025, .max, .min]) func aPageSizeOutOfBounds(size: Int64) throws {
        var refusing = try Client(.with { $0.maxResultsOutOfRange = .refused })
        try refusing.write(.replace("a", "1", at: 0), .replace("b", "1", at: 0))
        #expect(throws: ServiceError.maxResults(size)) { try refusing.read(max: size) }
        var clamping = refusing
        clamping.store.rules.maxResultsOutOfRange = .clamped
        #expect(try clamping.read(max: size).records.count == (size > 0 ? 2 : 1))
    }

    @Test func withoutAPageSizeTheServiceHasItsOwn() throws {
        var client = try Client(.with { $0.pageLimit = 1 })
        try client.write(.replace("a", "1", at: 0), .replace("b", "1", at: 0))
        #expect(try client.read().keys == ["a"])
    }

    // domain.md 2, "Count": of the page or of the dataset.
    @Test func countIsThePagesOrTheDatasets() throws {
        var client = try Client()
        try client.write(.replace("a", "1", at: 0), .replace("b", "1", at: 0))
        #expect(try client.read(max: 1).count == 1)
        client.store.rules.countMember = .total
        #expect(try client.read(max: 1).count == 2)
    }

    // domain.md 2, "who is LastModifiedBy": the account, for developer credentials.
    @Test func theAccountIsWhoModified() throws {
        var client = try Client()
        try client.write(.replace("a", "1", at: 0))
        let answer = try client.read()
        #expect(answer.lastModifiedBy == "123456789012")
        #expect(answer.records.first?.lastModifiedBy == "123456789012")
    }
}
