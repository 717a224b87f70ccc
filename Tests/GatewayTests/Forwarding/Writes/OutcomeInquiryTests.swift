import CognitoSync
import HTTPTypes
import Messages
import Testing

@testable import Gateway

/// The verdicts of a page of changes on a write whose response was lost.
@Suite struct OutcomeInquiryTests {
    private static let patches = """
        [{"Op":"replace","Key":"k","Value":"v","SyncCount":3},{"Op":"remove","Key":"gone","SyncCount":2}]
        """
    private static let written =
        #"{"Key":"k","Value":"v","SyncCount":8},{"Key":"gone","Value":null,"SyncCount":8}"#

    private func inquiry(_ patches: String = patches, known: Int64? = 7) throws -> OutcomeInquiry {
        try #require(OutcomeInquiry(.sample(patches), known: known))
    }

    private func page(_ records: String, count: Int, more: String = "") -> [UInt8] {
        [UInt8](#"{"DatasetExists":true,"DatasetSyncCount":\#(count),"Records":[\#(records)]\#(more)}"#.utf8)
    }

    private func applied(_ records: String) -> OutcomeInquiry.Verdict {
        .applied(body: [UInt8](#"{"Records":[\#(records)]}"#.utf8))
    }

    @Test func readsTheChangesSinceTheKnownCount() throws {
        #expect(try inquiry().request.lastSyncCount == 7)
        #expect(try inquiry().request.paging == Paging(maxResults: 1024))
        #expect(try inquiry().request.scope == .sample())
    }

    @Test func withoutAKnownCountThePatchesGiveIt() throws {
        #expect(try inquiry(known: nil).request.lastSyncCount == 3)
        let new = #"[{"Op":"replace","Key":"k","Value":"v","SyncCount":0}]"#
        #expect(try inquiry(new, known: nil).request.lastSyncCount == nil)
    }

    @Test func aWriteOfNothingNeedsNoInquiry() throws {
        #expect(OutcomeInquiry(try .sample("[]"), known: 7) == nil)
    }

    @Test func isAppliedWhenAllKeysStandUnderOneNewerCount() throws {
        #expect(try inquiry().verdict(on: page(Self.written, count: 8)) == applied(Self.written))
    }

    @Test func theResponseHasTheRecordsOfThatCountAsReceived() throws {
        let mine = #"{ "Value" : "\u0076","Key":"k","SyncCount":9 , "LastModifiedDate":1.4E9}"#
        let gone = #"{"Key":"gone","SyncCount":9}"#
        let added = #"{"Key":"by the Lambda","Value":"x","SyncCount":9}"#
        let others = [
            #"{"Key":"a","Value":"y","SyncCount":8}"#, #"{"Key":"z","Value":"y","SyncCount":10}"#,
        ]
        let body = page([others[0], mine, added, gone, others[1]].joined(separator: ", "), count: 10)
        #expect(try inquiry().verdict(on: body) == applied([mine, added, gone].joined(separator: ",")))
    }

    @Test func isNotAppliedWhenTheCountHasNotMoved() throws {
        #expect(try inquiry().verdict(on: page("", count: 7)) == .notApplied(at: 7))
        let absent = [UInt8](#"{"DatasetExists":false,"DatasetSyncCount":0,"Records":[]}"#.utf8)
        let new = #"[{"Op":"replace","Key":"k","Value":"v","SyncCount":0}]"#
        #expect(try inquiry(new, known: nil).verdict(on: absent) == .notApplied(at: 0))
    }

    /// A tombstone shows no more than the time of the device.
    @Test(arguments: [
        ("1400000000.5", true), ("1.4000000005E9", true), ("1400000000", true), ("1400000002", false),
        ("7", false), ("null", true),
    ])
    func theRemovalByAnotherCallerIsNoProof(date: String, isProof: Bool) throws {
        let patch = #"[{"Op":"remove","Key":"k","SyncCount":3,"DeviceLastModifiedDate":1400000000.5}]"#
        let record = #"{"Key":"k","SyncCount":8,"DeviceLastModifiedDate":\#(date)}"#
        let verdict = try inquiry(patch).verdict(on: page(record, count: 8))
        #expect(verdict == (isProof ? applied(record) : .unknown))
    }

    @Test(arguments: [
        // Another value, another key that looks alike, a value in place of none, and none in place of a
        // value.
        #"{"Key":"k","Value":"w","SyncCount":8},{"Key":"gone","SyncCount":8}"#,
        #"{"Key":"K","Value":"v","SyncCount":8},{"Key":"gone","SyncCount":8}"#,
        #"{"Key":"k","Value":"v","SyncCount":8},{"Key":"gone","Value":"v","SyncCount":8}"#,
        #"{"Key":"k","SyncCount":8},{"Key":"gone","SyncCount":8}"#,
        // A key that did not change, two counts, a count that is not newer.
        #"{"Key":"k","Value":"v","SyncCount":8}"#,
        #"{"Key":"k","Value":"v","SyncCount":8},{"Key":"gone","SyncCount":9}"#,
        #"{"Key":"k","Value":"v","SyncCount":7},{"Key":"gone","SyncCount":7}"#,
        "",
    ])
    func isUnknownWhenOthersWroteToo(records: String) throws {
        #expect(try inquiry().verdict(on: page(records, count: 9)) == .unknown)
    }

    @Test func isUnknownWhenThePageIsNotTheWholeDelta() throws {
        let body = page(Self.written, count: 8, more: #","NextToken":"t""#)
        #expect(try inquiry().verdict(on: body) == .unknown)
    }

    @Test func isUnknownWhenTheDatasetWasDeleted() throws {
        let deleted = page(Self.written, count: 8, more: #","DatasetDeletedAfterRequestedSyncCount":true"#)
        #expect(try inquiry().verdict(on: deleted) == .unknown)
        #expect(try inquiry().verdict(on: page(Self.written, count: 6)) == .unknown)
        let absent = [UInt8](#"{"DatasetExists":false,"DatasetSyncCount":0,"Records":[]}"#.utf8)
        #expect(try inquiry().verdict(on: absent) == .unknown)
        #expect(try inquiry().verdict(on: [UInt8]("no page".utf8)) == .unknown)
    }

    /// A composed and a decomposed letter are equal in Swift, but not for the service.
    @Test func keysAndValuesAreComparedByTheirBytes() throws {
        let patch = #"[{"Op":"replace","Key":"\u00e9","Value":"e\u0301","SyncCount":0}]"#
        let same = #"{"Key":"é","Value":"e\u0301","SyncCount":8}"#
        #expect(try inquiry(patch).verdict(on: page(same, count: 8)) == applied(same))
        for other in [
            #"{"Key":"e\u0301","Value":"e\u0301","SyncCount":8}"#,
            #"{"Key":"é","Value":"\u00e9","SyncCount":8}"#,
        ] {
            #expect(try inquiry(patch).verdict(on: page(other, count: 8)) == .unknown)
        }
    }
}

extension UpdateRecords {
    static func sample(_ patches: String, token: String = "token") throws -> UpdateRecords {
        let path = "/identitypools/us-east-1:a/identities/us-east-1:d/datasets/profile"
        let request = Request.make(
            .post,
            path,
            #"{"SyncSessionToken":"\#(token)","RecordPatches":\#(patches)}"#
        )
        guard case .updateRecords(let update) = try RequestDecoder.decode(request).operation else {
            throw Unexpected()
        }
        return update
    }

    private struct Unexpected: Error {}
}
