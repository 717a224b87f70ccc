import CognitoSync
import Testing

@testable import Policy

/// The proof of an incarnation by records that come again.
struct LookBackTests {
    private func whole(_ records: String..., count: Int64) throws -> DatasetSnapshot {
        var listing = ListingBuilder([], count: count)
        listing.records = try records.map { try SampleRecord($0) }
        return try listing.snapshot()
    }

    @Test func asksFromTheGreatestCountBelowTheNewestConfirmedRecords() throws {
        let snapshot = try whole("a=1@9", "b=1@4", "c=1@7", count: 9)
        #expect(snapshot.lookBackCount(from: 9, mustProve: true) == 7)
        // The records above the confirmed count came with the responses to writes, and prove nothing.
        #expect(snapshot.lookBackCount(from: 8, mustProve: true) == 4)
        #expect(snapshot.lookBackCount(from: 3, mustProve: true) == 3, "no record is there to come again")
        #expect(try whole("a=1@9", "b=1@9", count: 9).lookBackCount(from: 9, mustProve: true) == 0)
        let part = try ListingBuilder("a=1@9", "b=1@9", count: 9).snapshot(since: 5)
        #expect(part.lookBackCount(from: 9, mustProve: true) == 5, "a part does not ask for all records")
    }

    @Test func letsNoHeavyRecordsComeAgain() throws {
        let heavy = String(repeating: "x", count: DatasetSnapshot.heaviestLookBack)
        let snapshot = try whole("a=\(heavy)@9", "b=1@4", count: 9)
        #expect(snapshot.lookBackCount(from: 9, mustProve: true) == 9)
        #expect(snapshot.lookBackCount(from: 8, mustProve: true) == 0)
        // Where nothing has to be proved, and nothing was merged, less comes again.
        let medium = String(repeating: "x", count: DatasetSnapshot.heaviestUsualLookBack)
        let usual = try whole("a=\(medium)@9", "b=1@4", count: 9)
        #expect(usual.lookBackCount(from: 9, mustProve: false) == 9)
        #expect(usual.lookBackCount(from: 9, mustProve: true) == 4)
        let merged = try #require(usual.following(try change("b=2@10")))
        #expect(merged.lookBackCount(from: 9, mustProve: false) == 0)
    }

    /// Responses to a request since 2 for a snapshot of three records at count 4, of which 3 is confirmed.
    @Test(arguments: [
        ("proves", "a=1@3 c=1@4", 4), ("proves", "a=1@3 c=2@6", 6), ("proves", "a=1@3 c=1@4 d=1@5", 5),
        ("silent", "a=2@6 c=1@4", 6),
        // Another record at a known count, one that is missing, one that was not there, a count that fell.
        ("contradicts", "a=1@3/9 c=1@4", 4), ("contradicts", "c=1@4", 4), ("contradicts", "a=1@3", 4),
        ("contradicts", "a=1@3 c=1@4/9", 4), ("contradicts", "a=1@3 c=1@4 d=1@3", 4),
        ("contradicts", "a=1@3", 3), ("contradicts", "b=1@3 c=1@4", 4),
    ])
    func aResponseProvesContradictsOrIsSilent(finding: String, records: String, count: Int64) throws {
        let snapshot = try #require(try whole("a=1@3", "b=1@2", count: 3).following(try change("c=1@4")))
        var listing = ListingBuilder([], count: count)
        listing.records = try records.split(separator: " ").map { try SampleRecord(String($0)) }
        #expect("\(snapshot.finding(of: try listing.seen(since: 2), confirmed: 3))" == finding)
    }

    @Test func theRecordsOfAWriteMayBeSpeltOtherwise() throws {
        let snapshot = try #require(try whole("a=1@3", count: 3).following(try change("c=1@4")))
        var listing = try ListingBuilder("a=1@3", "c=1@4", count: 4)
        listing.records[1].author = "another spelling"
        #expect(snapshot.finding(of: try listing.seen(since: 0), confirmed: 3) == .proves)
        #expect(snapshot.finding(of: try listing.seen(since: 0), confirmed: 4) == .contradicts)
    }

    @Test func aTombstoneFromBeforeTheBaseContradictsNothing() throws {
        let snapshot = try whole("a=1@3", "b=1@1", count: 3)
        let listing = try ListingBuilder("a=1@3", "gone@2", count: 3)
        #expect(snapshot.finding(of: try listing.seen(since: 1), confirmed: 3) == .proves)
        #expect(snapshot.following(try listing.seen(since: 1), widens: false) === snapshot)
        #expect(snapshot.following(try listing.seen(since: 1))?.serves(1) == true)
    }

    @Test func theDeletionFlagContradictsWhereTheCountWasOfThisIncarnation() throws {
        let snapshot = try whole("a=1@9", "b=1@8", count: 9)
        var listing = try ListingBuilder("a=1@9", count: 9)
        listing.wasDeleted = true
        #expect(snapshot.finding(of: try listing.seen(since: 8), confirmed: 9) == .contradicts)
        listing.records.append(try SampleRecord("b=1@8"))
        #expect(snapshot.finding(of: try listing.seen(since: 5), confirmed: 9) == .proves)
    }
}
