import CognitoSync
import Testing

/// The facts that are read from responses, and the bodies that are refused.
@Suite struct ResponseTests {
    private static let page = #"""
        {"Count": 2, "DatasetDeletedAfterRequestedSyncCount": false, "DatasetExists": true,
         "DatasetSyncCount": 37, "LastModifiedBy": "123456789012", "MergedDatasetNames": null,
         "NextToken": null, "Records": [
          {"DeviceLastModifiedDate": 1.413836234607E9, "Key": "a\ud800", "SyncCount": 36, "Value": "]}\"",
           "Unknown": [{}]},
          {"SyncCount": 9223372036854775807, "LastModifiedDate": 1, "Value": null, "Key": "b"}
         ], "SyncSessionToken": "H4sI", "Later": {"NextToken": "x"}}
        """#

    private func text(_ range: Range<Int>?, _ body: String) -> String? {
        range.map { String(decoding: Array(body.utf8)[$0], as: UTF8.self) }
    }

    private func failure(_ body: String) -> JSONError.Reason? {
        do throws(JSONError) {
            _ = try RecordsPage.scan(Array(body.utf8))
            return nil
        } catch {
            return error.reason
        }
    }

    @Test func aPageHasItsFactsAndThePositionsOfItsParts() throws {
        let page = try RecordsPage.scan(Array(Self.page.utf8))
        #expect(page.datasetSyncCount == 37 && page.datasetExists && !page.hasMerges)
        #expect(!page.deletedAfterRequestedSyncCount)
        #expect(page.nextToken == nil)
        #expect(text(page.sessionToken, Self.page) == #""H4sI""#)
        #expect(page.records.map(\.syncCount) == [36, .max])
        #expect(page.records.map { text($0.key.literal, Self.page) } == [#""a\ud800""#, #""b""#])
        #expect(
            text(page.records[1].range, Self.page)?.hasPrefix(#"{"SyncCount": 9223372036854775807"#) == true
        )
        #expect(text(page.lastModifiedBy, Self.page) == #""123456789012""#)
        #expect(page.hasUnknownMembers)
        for record in page.records {
            #expect(text(record.range, Self.page)?.first == "{" && text(record.range, Self.page)?.last == "}")
        }
    }

    @Test func theLastModifierStaysAsSpelled() throws {
        for author in ["null", #""\u0031""#, "7"] {
            let body = #"{"LastModifiedBy": \#(author) ,"DatasetSyncCount":1,"DatasetExists":true}"#
            #expect(text(try RecordsPage.scan(Array(body.utf8)).lastModifiedBy, body) == author)
        }
        let body = #"{"DatasetSyncCount":1,"DatasetExists":true}"#
        let page = try RecordsPage.scan(Array(body.utf8))
        #expect(page.lastModifiedBy == nil && !page.hasUnknownMembers)
    }

    @Test func theDateAndTheWriterOfARecordAreThoseOfTheServiceIfItTells() throws {
        let facts = [
            #""LastModifiedDate":1.413836234607E9,"LastModifiedBy":"\u0031""#, #""LastModifi\u0065dDate":-1"#,
            #""LastModifiedDate":"1""#, #""LastModifiedDate":null,"LastModifiedBy":null"#,
            #""DeviceLastModifiedDate":1"#,
        ]
        let body =
            #"{"Records":[\#(facts.map { #"{"Key":"k","SyncCount":1,\#($0)}"# }.joined(separator: ","))]}"#
        let bytes = Array(body.utf8)
        let records = try UpdateRecordsResponse.scan(bytes).records
        #expect(records.map { $0.lastModifiedDate(in: bytes) } == [1_413_836_234.607, -1, nil, nil, nil])
        #expect(
            records.map { $0.lastModifiedBy(in: bytes).map { String(decoding: $0, as: UTF8.self) } }
                == [#""\u0031""#, nil, nil, "null", nil]
        )
        for record in records {
            let date = RecordRange.lastModifiedDate(of: record.range, in: bytes)
            #expect(date == record.lastModifiedDate(in: bytes))
        }
    }

    @Test func theOrderOfMembersDoesNotMatter() throws {
        let body =
            #"{"NextToken":"n","Records":[],"DatasetSyncCount":0,"MergedDatasetNames":["a"],"DatasetExists":false}"#
        let page = try RecordsPage.scan(Array(body.utf8))
        #expect(page.datasetSyncCount == 0 && !page.datasetExists && page.hasMerges && page.records.isEmpty)
        #expect(text(page.nextToken, body) == #""n""#)
        #expect(page.sessionToken == nil)
    }

    @Test(arguments: [
        ("", nil), ("null", nil), ("[]", nil), ("{}", JSONError.Reason.missingMember("DatasetSyncCount")),
        (#"{"DatasetSyncCount":1}"#, .missingMember("DatasetExists")),
        (#"{"DatasetSyncCount":null,"DatasetExists":true}"#, .missingMember("DatasetSyncCount")),
        (#"{"DatasetSyncCount":-1,"DatasetExists":true}"#, .negativeCount),
        (#"{"DatasetSyncCount":1.0,"DatasetExists":true}"#, .notAnInteger),
        (#"{"DatasetSyncCount":1E0,"DatasetExists":true}"#, .notAnInteger),
        (#"{"DatasetSyncCount":9223372036854775808,"DatasetExists":true}"#, .notAnInteger),
        (#"{"DatasetSyncCount":"1","DatasetExists":true}"#, nil),
        (#"{"DatasetSyncCount":1,"DatasetExists":"true"}"#, nil),
        (#"{"DatasetSyncCount":1,"DatasetExists":true,"DatasetSyncCount":2}"#, .duplicateMember),
        (#"{"DatasetSyncCount":1,"DatasetExists":true,"Records":{}}"#, nil),
        (#"{"DatasetSyncCount":1,"DatasetExists":true,"Records":[null]}"#, nil),
        (
            #"{"DatasetSyncCount":1,"DatasetExists":true,"Records":[{"Key":"k"}]}"#,
            .missingMember("SyncCount")
        ),
        (#"{"DatasetSyncCount":1,"DatasetExists":true,"Records":[{"SyncCount":1}]}"#, .missingMember("Key")),
        (#"{"DatasetSyncCount":1,"DatasetExists":true,"NextToken":1}"#, nil),
        (#"{"DatasetSyncCount":1,"DatasetExists":true}x"#, .trailingBytes),
        (#"{"DatasetSyncCount":1,"DatasetExists":true"#, .unexpectedEnd),
    ])
    func aBodyThatIsNoPageIsRefused(body: String, reason: JSONError.Reason?) {
        let found = failure(body)
        #expect(found != nil)
        if let reason { #expect(found == reason) }
    }

    @Test func aPageThatIsCutAnywhereIsRefused() {
        let bytes = Array(Self.page.utf8)
        for length in 0..<bytes.count {
            #expect(throws: JSONError.self) { try RecordsPage.scan(Array(bytes.prefix(length))) }
        }
    }

    @Test func anUpdateHasItsRecords() throws {
        let body = #"{"x":[1],"Records":[{"Key":"a","SyncCount":4},{"SyncCount":5,"Key":"b","Value":null}]}"#
        let response = try UpdateRecordsResponse.scan(Array(body.utf8))
        #expect(response.records.map(\.syncCount) == [4, 5])
        #expect(text(response.records.first?.range, body) == #"{"Key":"a","SyncCount":4}"#)
        #expect(try UpdateRecordsResponse.scan(Array("{}".utf8)).records.isEmpty)
        #expect(try UpdateRecordsResponse.scan(Array(#"{"Records":null}"#.utf8)).records.isEmpty)
        for bad in ["", "[]", #"{"Records":[{"Key":"a"}]}"#, #"{"Records":[{"Key":"a","SyncCount":-1}]}"#] {
            #expect(throws: JSONError.self) { try UpdateRecordsResponse.scan(Array(bad.utf8)) }
        }
    }

    @Test func aDatasetHasItsCreationDate() throws {
        let body = #"""
            {"Dataset":{"CreationDate":1.412974057151E9,"DataStorage":20,"DatasetName":"d","IdentityId":"i",
            "LastModifiedBy":null,"LastModifiedDate":1.4E9,"NumRecords":2,"New":{}}}
            """#
        let response = try DatasetResponse.scan(Array(body.utf8))
        #expect(text(response.creationDate, body) == "1.412974057151E9")
        #expect(try DatasetResponse.scan(Array(#"{"Dataset":null}"#.utf8)).creationDate == nil)
    }
}
