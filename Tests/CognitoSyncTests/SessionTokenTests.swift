import CognitoSync
import Testing

/// The session token in the body of a write and in a page.
@Suite struct SessionTokenTests {
    private static let path =
        "/identitypools/\(TestRequests.pool)/identities/\(TestRequests.identity)/datasets/d"

    private func update(_ body: String) throws -> UpdateRecords {
        let request = try RequestDecoder.decode(TestRequests.make("POST", Self.path, body: body))
        guard case .updateRecords(let update) = request.operation else { throw Unexpected() }
        return update
    }

    private struct Unexpected: Error {}

    @Test(arguments: [
        (#"{"SyncSessionToken":"#, #","RecordPatches":[{"Op":"remove","Key":"a","SyncCount":1}]}"#),
        (
            #" { "RecordPatches" : [ {"Op":"replace","Key":"SyncSessionToken","Value":"\u00e9 \"old\"","SyncCount":0} ] ,"#
                + #" "SyncSessionToken" : "#,
            " \n}"
        ),
        (#"{"DeviceId":"é","Sync\u0053essionToken":"#, "}"),
    ])
    func onlyTheTokenIsReplaced(before: String, after: String) throws {
        let old = try update(before + #""o\u006cd""# + after)
        #expect(old.syncSessionToken == "old")
        let new = old.replacingSessionToken(#"H4sI+/=""#)
        #expect(new.syncSessionToken == #"H4sI+/=""#)
        #expect(String(decoding: new.body, as: UTF8.self) == before + #""H4sI+/=\"""# + after)
        #expect(try update(String(decoding: new.body, as: UTF8.self)) == new)
    }

    @Test func theTokenOfAPageIsRead() throws {
        let body = [UInt8](
            #"{"DatasetSyncCount":1,"DatasetExists":true,"SyncSessionToken":"a\/b\u003d"}"#.utf8
        )
        #expect(try RecordsPage.scan(body).sessionTokenText(in: body) == "a/b=")
        let none = [UInt8](#"{"DatasetSyncCount":1,"DatasetExists":true,"SyncSessionToken":null}"#.utf8)
        #expect(try RecordsPage.scan(none).sessionTokenText(in: none) == nil)
    }

    @Test func aRecordHasItsValue() throws {
        let body = [UInt8](
            """
            {"Records":[{"Key":"a","Value":"x\\ty","SyncCount":1},{"SyncCount":2,"Key":"b"},\
            {"Key":"c","Value":null,"SyncCount":3},{"Key":"d","SyncCount":4,"Value":""}]}
            """.utf8
        )
        let values = try UpdateRecordsResponse.scan(body).records.map { $0.value(in: body)?.text(in: body) }
        #expect(values == ["x\ty", nil, nil, ""])
    }
}
