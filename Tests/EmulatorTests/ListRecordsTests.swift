import CognitoSync
import Testing

@testable import Emulator

/// The content of a page, and the order of pages.
@Suite struct ListRecordsTests {
    // An absent dataset is 200, as in the sample of the API reference.
    @Test func anAbsentDatasetIsAnEmptyResponse() throws {
        var harness = try DatasetHarness()
        let response = try harness.read()
        #expect(!response.exists)
        #expect(response.syncCount == 0)
        #expect(response.records.isEmpty)
        #expect(response.lastModifiedBy == nil)
        #expect(!response.deletedAfterRequestedSyncCount)
        #expect(!response.sessionToken.isEmpty)
    }

    // A caller that knew a deleted dataset sends its old count and gets no error: the SDKs rely on it.
    @Test func anAbsentDatasetTakesAnyCount() throws {
        var harness = try DatasetHarness()
        #expect(try !harness.read(since: 37).exists)
    }

    // `lastSyncCount` is exclusive: "changed after a particular sync count" (API reference).
    @Test func theRequestedCountItselfIsLeftOut() throws {
        var harness = try DatasetHarness()
        try harness.write(.replace("a", "1", at: 0))
        try harness.write(.replace("b", "1", at: 0))
        #expect(try harness.read(since: 0).keys == ["a", "b"])
        #expect(try harness.read(since: 1).keys == ["b"])
        let nothing = try harness.read(since: 2)
        #expect(nothing.keys.isEmpty)
        #expect(nothing.syncCount == 2)
        #expect(nothing.exists)
    }

    // The text of the live service (aws-sdk-unity#94).
    @Test(arguments: [Int64(37), 2, -1, .max, .min])
    func anUnknownCountIsRefusedWithTheLiveText(count: Int64) throws {
        var harness = try DatasetHarness()
        try harness.write(.replace("a", "1", at: 0))
        let refusal = ServiceError(
            status: 400,
            name: "InvalidParameterException",
            message: "No such SyncCount: \(count) exists for this Dataset"
        )
        #expect(throws: refusal) { try harness.read(since: count) }
    }

    // Tombstones in a full list are not documented: both behaviours, without them by default.
    @Test func aFullListHasNoRemovedRecords() throws {
        var harness = try DatasetHarness()
        try harness.write(.replace("a", "1", at: 0), .replace("b", "1", at: 0))
        try harness.write(.remove("a", at: 1))
        #expect(try harness.read().keys == ["b"])
        #expect(try harness.read(since: 1).keys == ["a"])
    }

    // A delta always has tombstones.
    @Test(arguments: [true, false]) func aRemovedRecordIsListedWithoutAValue(inFullList: Bool) throws {
        var harness = try DatasetHarness(.with { $0.fullListingTombstones = inFullList })
        try harness.write(.replace("a", "1", at: 0), .replace("b", "1", at: 0))
        try harness.write(.remove("a", at: 1))
        let delta = try harness.read(since: 1)
        #expect(delta.keys == ["a"])
        #expect(delta.values == [nil])
        #expect(try harness.read().keys == (inFullList ? ["a", "b"] : ["b"]))
        #expect(try harness.read(since: 0).keys == (inFullList ? ["a", "b"] : ["b"]))
    }

    // The token is Base64 of the last key, and the order is that of the keys, whatever the counts.
    @Test func pagesGoInKeyOrderAndTheTokenIsTheLastKey() throws {
        var harness = try DatasetHarness()
        try harness.write(.replace("c", "1", at: 0))
        try harness.write(.replace("a", "1", at: 0), .replace("b", "1", at: 0))
        let first = try harness.read(max: 2)
        #expect(first.keys == ["a", "b"])
        #expect(first.count == 2)
        #expect(first.nextToken == "Yg==")
        let second = try harness.read(max: 2, next: first.nextToken)
        #expect(second.keys == ["c"])
        #expect(second.nextToken == nil)
    }

    // There is no snapshot behind a token: each page has the count of its own time.
    @Test func aChangeBehindTheCursorIsNotSeenOnTheNextPage() throws {
        var harness = try DatasetHarness()
        try harness.write(.replace("a", "1", at: 0), .replace("b", "1", at: 0), .replace("c", "1", at: 0))
        let first = try harness.read(max: 2)
        try harness.write(.replace("a", "2", at: 1))
        let second = try harness.read(max: 2, next: first.nextToken)
        #expect(first.syncCount == 1)
        #expect(second.syncCount == 2)
        #expect(second.keys == ["c"])
    }

    // A token after a page that is exactly full is not documented: both behaviours.
    @Test(arguments: [true, false]) func aFullPageMayHaveAToken(hasToken: Bool) throws {
        var harness = try DatasetHarness(.with { $0.tokenAfterFullPage = hasToken })
        try harness.write(.replace("a", "1", at: 0), .replace("b", "1", at: 0))
        let page = try harness.read(max: 2)
        #expect((page.nextToken != nil) == hasToken)
        guard hasToken else { return }
        #expect(try harness.read(max: 2, next: page.nextToken).keys.isEmpty)
    }

    @Test func aForeignTokenIsRefused() throws {
        var harness = try DatasetHarness()
        #expect(throws: ServiceError.invalidParameter("Invalid NextToken")) { try harness.read(next: "###") }
    }

    // The treatment of a page size out of bounds is not documented: both behaviours.
    @Test(arguments: [Int64(0), -5, 1025, .max, .min]) func aPageSizeOutOfBoundsIsRefusedOrClamped(
        size: Int64
    ) throws {
        var refusing = try DatasetHarness(.with { $0.maxResultsOutOfRange = .refused })
        try refusing.write(.replace("a", "1", at: 0), .replace("b", "1", at: 0))
        #expect(throws: ServiceError.maxResults(size)) { try refusing.read(max: size) }
        var clamping = refusing
        clamping.store.rules.maxResultsOutOfRange = .clamped
        #expect(try clamping.read(max: size).records.count == (size > 0 ? 2 : 1))
    }

    @Test func aMissingPageSizeHasADefault() throws {
        var harness = try DatasetHarness(.with { $0.pageLimit = 1 })
        try harness.write(.replace("a", "1", at: 0), .replace("b", "1", at: 0))
        #expect(try harness.read().keys == ["a"])
    }

    // `Count` is not documented: that of the page, or of the dataset.
    @Test func countIsThatOfThePageOrTheDataset() throws {
        var harness = try DatasetHarness()
        try harness.write(.replace("a", "1", at: 0), .replace("b", "1", at: 0))
        #expect(try harness.read(max: 1).count == 1)
        harness.store.rules.countMember = .total
        #expect(try harness.read(max: 1).count == 2)
    }

    // With developer credentials, LastModifiedBy is the account, as in the published sample.
    @Test func theAccountIsTheLastModifier() throws {
        var harness = try DatasetHarness()
        try harness.write(.replace("a", "1", at: 0))
        let response = try harness.read()
        #expect(response.lastModifiedBy == "123456789012")
        #expect(response.records.first?.lastModifiedBy == "123456789012")
    }
}
