import CognitoSync
import HTTPTypes
import Messages
import Policy
import Testing

@testable import Gateway

/// The verdicts of a page of changes on a write whose response was lost.
@Suite struct OutcomeInquiryTests {
    private static let patches = """
        [{"Op":"replace","Key":"k","Value":"v","SyncCount":3},{"Op":"remove","Key":"gone","SyncCount":2}]
        """
    private static let written = [record("k", "v", 8), record("gone", nil, 8)].joined(separator: ",")
    /// The time of the service when the write was sent, and when the page came, in milliseconds.
    private static let (sentAt, seenAt): (Int64, Int64) = (1_440_938_160_000, 1_440_938_165_000)

    /// Returns a record that was changed `after` milliseconds behind the departure of the write.
    private static func record(_ key: String, _ value: String?, _ count: Int, after: Int64 = 500) -> String {
        let value = value.map { "\"\($0)\"" } ?? "null"
        let date = Double(sentAt + after) / 1000
        return #"{"Key":"\#(key)","Value":\#(value),"SyncCount":\#(count),"LastModifiedDate":\#(date)}"#
    }

    private func inquiry(_ patches: String = patches, known: Int64? = 7) throws -> OutcomeInquiry {
        try #require(OutcomeInquiry(.sample(patches), known: known, sentAt: Self.sentAt))
    }

    /// Returns the verdict on a page that shows this of the incarnation.
    private func verdict(
        _ records: String,
        count: Int,
        more: String = "",
        patches: String = patches,
        _ incarnation: IncarnationFinding = .proves
    ) throws -> OutcomeInquiry.Verdict {
        let page = #"{"DatasetExists":true,"DatasetSyncCount":\#(count),"Records":[\#(records)]\#(more)}"#
        return try inquiry(patches).verdict(
            on: [UInt8](page.utf8),
            incarnation: incarnation,
            seenAt: Self.seenAt
        )
    }

    private func applied(_ records: String) -> OutcomeInquiry.Verdict {
        .applied(body: [UInt8](#"{"Records":[\#(records)]}"#.utf8))
    }

    @Test func withoutAKnownCountThereIsNoInquiry() throws {
        #expect(OutcomeInquiry(try .sample(Self.patches), known: nil, sentAt: Self.sentAt) == nil)
        #expect(try inquiry(known: 0).syncCount == 0)
    }

    @Test func aWriteOfNothingNeedsNoInquiry() throws {
        #expect(OutcomeInquiry(try .sample("[]"), known: 7, sentAt: Self.sentAt) == nil)
    }

    @Test func isAppliedWhenAllKeysStandUnderOneNewerCount() throws {
        #expect(try verdict(Self.written, count: 8) == applied(Self.written))
    }

    @Test func theResponseHasTheRecordsOfThatCountAsReceived() throws {
        let mine = #"{ "Value" : "\u0076","Key":"k","SyncCount":9 , "LastModifiedDate":1.440938161E9}"#
        let gone = #"{"Key":"gone","SyncCount":9,"LastModifiedDate":1440938160.9}"#
        let added = #"{"Key":"by the Lambda","Value":"x","SyncCount":9}"#
        let others = [
            #"{"Key":"a","Value":"y","SyncCount":8}"#, #"{"Key":"z","Value":"y","SyncCount":10}"#,
        ]
        let records = [others[0], mine, added, gone, others[1]].joined(separator: ", ")
        #expect(try verdict(records, count: 10) == applied([mine, added, gone].joined(separator: ",")))
    }

    @Test func isNotAppliedWhenTheCountOfTheSameDatasetHasNotMoved() throws {
        let before = Self.record("k", "before", 7, after: -60_000)
        #expect(try verdict(before, count: 7) == .notApplied(at: 7))
        #expect(try verdict("", count: 7) == .notApplied(at: 7))
    }

    /// Another incarnation may stand at the same count: C-2.
    @Test func ofAnotherIncarnationItsCountProvesNothing() throws {
        for finding in [IncarnationFinding.contradicts, .silent] {
            #expect(try verdict("", count: 7, finding) == .unknown)
            #expect(try verdict(Self.record("k", "another's", 7), count: 7, finding) == .unknown)
        }
        let records = [Self.record("k", "v", 1), Self.record("gone", nil, 1)].joined(separator: ",")
        #expect(try verdict(records, count: 1, .contradicts) == applied(records))
        #expect(try verdict(records, count: 7, .proves) == .notApplied(at: 7))
    }

    /// At a count that was known before, the same value is the write only in another incarnation: C-8.
    @Test func atAKnownCountAnUnprovenIncarnationIsUnknown() throws {
        let records = [Self.record("k", "v", 7), Self.record("gone", nil, 7)].joined(separator: ",")
        #expect(try verdict(records, count: 7, .silent) == .unknown)
        #expect(try verdict(Self.written, count: 8, .silent) == applied(Self.written))
    }

    /// The same value may stand there from another writer (C-8), and a removal has no value (C-12).
    @Test(arguments: [
        (-1001, false), (-1000, true), (0, true), (5000, true), (6000, true), (6001, false), (-60_000, false),
    ])
    func isAppliedOnlyIfChangedBetweenTheWriteAndTheInquiry(after: Int64, isProof: Bool) throws {
        for value in ["v", nil] {
            let operation = value == nil ? #""remove""# : #""replace","Value":"v""#
            let patch = #"[{"Op":\#(operation),"Key":"k","SyncCount":3,"DeviceLastModifiedDate":1.0}]"#
            let record = Self.record("k", value, 8, after: after)
            #expect(try verdict(record, count: 8, patches: patch) == (isProof ? applied(record) : .unknown))
        }
    }

    @Test(arguments: [
        // Another value, another key that looks alike, a value in place of none, and none in place of a
        // value.
        [record("k", "w", 8), record("gone", nil, 8)], [record("K", "v", 8), record("gone", nil, 8)],
        [record("k", "v", 8), record("gone", "v", 8)], [record("k", nil, 8), record("gone", nil, 8)],
        // A key that did not change, two counts, a count that is not newer.
        [record("k", "v", 8)], [record("k", "v", 8), record("gone", nil, 9)],
        [record("k", "v", 7), record("gone", nil, 7)], [],
        // No date.
        [record("k", "v", 8), #"{"Key":"gone","SyncCount":8}"#],
    ])
    func isUnknownWhenOthersWroteToo(records: [String]) throws {
        #expect(try verdict(records.joined(separator: ","), count: 9) == .unknown)
    }

    @Test func isUnknownWhenThePageIsNotTheWholeDelta() throws {
        #expect(try verdict(Self.written, count: 8, more: #","NextToken":"t""#) == .unknown)
    }

    @Test func isUnknownWhenTheDatasetIsAbsentOrBehind() throws {
        let behind = [Self.record("k", "v", 6), Self.record("gone", nil, 6)].joined(separator: ",")
        #expect(try verdict(behind, count: 6) == .unknown)
        for body in [#"{"DatasetExists":false,"DatasetSyncCount":0,"Records":[]}"#, "no page"] {
            for finding in [IncarnationFinding.proves, .contradicts, .silent] {
                let verdict = try inquiry().verdict(
                    on: [UInt8](body.utf8),
                    incarnation: finding,
                    seenAt: Self.seenAt
                )
                #expect(verdict == .unknown)
            }
        }
    }

    /// A composed and a decomposed letter are equal in Swift, but not for the service.
    @Test func keysAndValuesAreComparedByTheirBytes() throws {
        let patch = #"[{"Op":"replace","Key":"\u00e9","Value":"e\u0301","SyncCount":0}]"#
        let same = Self.record("é", #"e\u0301"#, 8)
        #expect(try verdict(same, count: 8, patches: patch) == applied(same))
        for other in [Self.record(#"e\u0301"#, #"e\u0301"#, 8), Self.record("é", #"\u00e9"#, 8)] {
            #expect(try verdict(other, count: 8, patches: patch) == .unknown)
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
