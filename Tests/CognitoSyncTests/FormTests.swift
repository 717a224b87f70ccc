import CognitoSync
import HTTPTypes
import Messages
import TestSupport
import Testing

/// The differences of the three forms of a request: header fields, bodies, and members of objects.
@Suite struct FormTests {
    private static let ids = #""IdentityPoolId":"r:0","IdentityId":"r:1","DatasetName":"d""#
    private static let dataset = "/identitypools/r:0/identities/r:1/datasets/d"
    private static let target = "x-amz-target"

    private func body(_ request: Request) throws -> String {
        String(decoding: try RequestDecoder.decode(request).operation.request().body, as: UTF8.self)
    }

    @Test func membersOfThePathAreRemovedAndTheRestIsUnchangedByteForByte() throws {
        let input = #"""
            {  "IdentityPoolId" : "r:0", "SyncSessionToken" : "t\/\u0041" ,"IdentityId":"r:1",
             "RecordPatches" :[ {"Op":"remove", "Key":"k","SyncCount": 1 } ],"ClientContext":null,"DatasetName":"d"}
            """#
        let expected =
            #"{"SyncSessionToken" : "t\/\u0041","RecordPatches" :[ {"Op":"remove", "Key":"k","SyncCount": 1 } ]}"#
        #expect(try body(TestRequests.target("UpdateRecords", input)) == expected)
        #expect(try body(TestRequests.envelope("UpdateRecords", input)) == expected)
    }

    @Test func aBodyOfTheRESTFormIsForwardedUnchanged() throws {
        let text = " {\t\"SyncSessionToken\":\"\",\r\n\"RecordPatches\":null, \"DeviceId\" :null } \n"
        #expect(try body(TestRequests.make("POST", Self.dataset, body: text)) == text)
    }

    @Test func anEmptyBodyIsAnEmptyObject() throws {
        #expect(try body(TestRequests.make("POST", "/identitypools/r:0/configuration")) == "{}")
        let error = TestRequests.refusal(of: TestRequests.make("POST", Self.dataset))
        #expect(
            error?.message
                == "1 validation error detected: Value null at 'syncSessionToken' failed to satisfy constraint: "
                + "Member must not be null"
        )
    }

    @Test func anOperationWithoutABodyTakesNoneButAnEmptyObject() {
        let post = "/identitypools/r:0/bulkpublish"
        #expect(TestRequests.refusal(of: TestRequests.make("POST", post, body: " { } ")) == nil)
        #expect(TestRequests.refusal(of: TestRequests.make("DELETE", Self.dataset, body: "{}")) == nil)
        for text in ["[]", "null", "{", "{}{}", #"{"x":1}"#, #"{"IdentityPoolId":"r:9"}"#, " "] {
            #expect(
                TestRequests.refusal(of: TestRequests.make("POST", post, body: text))?.status == 400,
                "\(text)"
            )
        }
        #expect(
            TestRequests.refusal(of: TestRequests.make("GET", "/identitypools", body: "{}"))?.status == 400
        )
    }

    @Test(arguments: [
        "application/json", "application/x-amz-json-1.0", "application/x-amz-json-1.1",
        "application/json; charset=utf-8", "Application/JSON;charset=UTF-8", "application/json ;x",
    ])
    func jsonIsKnownUnderItsNames(type: String) {
        let request = TestRequests.make(
            "POST",
            Self.dataset,
            [("Content-Type", type)],
            body: #"{"SyncSessionToken":"t"}"#
        )
        #expect(TestRequests.refusal(of: request) == nil)
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "text/json"])
    func anotherContentTypeIsRefusedWithABodyOnly(type: String) {
        let fields = [("Content-Type", type)]
        let post = TestRequests.make("POST", Self.dataset, fields, body: #"{"SyncSessionToken":"t"}"#)
        #expect(TestRequests.refusal(of: post)?.name == "SerializationException")
        #expect(TestRequests.refusal(of: TestRequests.make("GET", Self.dataset, fields)) == nil)
        #expect(TestRequests.refusal(of: TestRequests.make("DELETE", Self.dataset, fields)) == nil)
        #expect(
            TestRequests.refusal(of: TestRequests.make("POST", "/identitypools/r:0/bulkpublish", fields))
                == nil
        )
    }

    @Test func theTargetHeaderOnARESTPathMustNameTheSameOperation() {
        func refusal(_ target: String) -> APIError? {
            TestRequests.refusal(of: TestRequests.make("GET", Self.dataset, [(Self.target, target)]))
        }
        #expect(refusal("AWSCognitoSyncService.DescribeDataset") == nil)
        #expect(refusal("com.amazonaws.cognito.sync.model.AWSCognitoSyncService.DescribeDataset") == nil)
        #expect(refusal("AWSCognitoSyncService.ListRecords")?.status == 400)
        #expect(refusal("AWSCognitoSyncService.describeDataset")?.status == 400)
        #expect(refusal("DynamoDB_20120810.ListTables")?.status == 400)
        #expect(refusal("")?.status == 400)
    }

    @Test(arguments: ["AWSCognitoSyncService.", "com.amazonaws.cognito.sync.model.AWSCognitoSyncService."])
    func bothSpellingsOfTheTargetAreKnown(prefix: String) throws {
        let request = TestRequests.make(
            "POST",
            "/",
            [(Self.target, "\(prefix)DescribeDataset")],
            body: "{\(Self.ids)}"
        )
        let decoded = try RequestDecoder.decode(request)
        #expect(decoded.operation.name == .describeDataset)
        #expect(decoded.form == .target)
        #expect(RequestDecoder.form(of: request) == .target)
    }

    @Test(arguments: [
        #"{"Operation":"com.amazonaws.cognito.sync.model#Nothing","Input":{}}"#, #"{"Input":{},"Extra":1}"#,
        #"{"Service":"another","Input":{}}"#, #"{"Operation":"x""#,
    ])
    func aWrongEnvelopeIsRefusedInItsOwnForm(body: String) {
        let request = TestRequests.make("POST", "/", body: body)
        #expect(TestRequests.refusal(of: request) != nil)
        #expect(RequestDecoder.form(of: request) == .envelope)
    }

    @Test func aRequestToTheRootMustNameAnOperation() {
        #expect(TestRequests.refusal(of: TestRequests.make("POST", "/", body: "{}"))?.status == 404)
        #expect(TestRequests.refusal(of: TestRequests.make("POST", "/"))?.status == 404)
        #expect(TestRequests.refusal(of: TestRequests.make("POST", "/", body: "x"))?.status == 404)
        #expect(TestRequests.refusal(of: TestRequests.target("NoSuchOperation", "{}"))?.status == 404)
        let twice = [(Self.target, "AWSCognitoSyncService.ListRecords"), (Self.target, "x")]
        #expect(TestRequests.refusal(of: TestRequests.make("POST", "/", twice, body: "{}"))?.status == 400)
        let query = TestRequests.make(
            "POST",
            "/?x=1",
            [(Self.target, "AWSCognitoSyncService.ListIdentityPoolUsage")],
            body: "{}"
        )
        #expect(TestRequests.refusal(of: query)?.status == 400)
    }

    @Test func anExplicitNullIsAbsentAndATypeTagIsSkipped() throws {
        let input = """
            {"__type":"com.amazonaws.cognito.sync.model#ListRecordsRequest",\(Self.ids),"LastSyncCount":null,
            "MaxResults":null,"NextToken":null,"SyncSessionToken":""}
            """
        let plain = try RequestDecoder.decode(TestRequests.make("GET", "\(Self.dataset)/records")).operation
        #expect(try RequestDecoder.decode(TestRequests.target("ListRecords", input)).operation == plain)
        #expect(try RequestDecoder.decode(TestRequests.envelope("ListRecords", input)).operation == plain)
        let rest = TestRequests.make("POST", Self.dataset, body: #"{"__type":"x","SyncSessionToken":"t"}"#)
        #expect(TestRequests.refusal(of: rest)?.name == "SerializationException")
    }

    @Test(arguments: [
        #""IdentityPoolId":"r:9""#, #""identityPoolId":"r:9""#, #""Unknown":1"#, #""MaxResults":1"#,
        #""ClientContext":"x""#, #""Sync\u0053essionToken":"twice""#,
    ])
    func aMemberThatDoesNotBelongIsRefused(member: String) {
        let request = TestRequests.make("POST", Self.dataset, body: "{\"SyncSessionToken\":\"t\",\(member)}")
        #expect(TestRequests.refusal(of: request)?.name == "SerializationException")
    }

    @Test func anEnvelopeHasOneMeaning() {
        let model = "com.amazonaws.cognito.sync.model#"
        func refusal(_ body: String, _ fields: [(String, String)] = []) -> Int? {
            TestRequests.refusal(of: TestRequests.make("POST", "/", fields, body: body))?.status
        }
        let operation = #""Operation":"\#(model)DescribeDataset""#
        let input = #""Input":{\#(Self.ids)}"#
        #expect(refusal("{\(operation),\(input)}") == nil)
        #expect(refusal("{\(input),\(operation),\"Version\":\"1.0\"}") == nil)
        let same = [(Self.target, "AWSCognitoSyncService.DescribeDataset")]
        #expect(refusal("{\(operation),\(input)}", same) == nil)
        #expect(
            refusal("{\(operation),\(input)}", [(Self.target, "AWSCognitoSyncService.ListRecords")]) == 400
        )
        #expect(refusal("{\(operation),\(input),\"x\":1}") == 400)
        #expect(refusal("{\(operation)}") == 400)
        #expect(refusal("{\(input)}") == 404)
        #expect(refusal("{\(operation),\(input)} x") == 400)
        #expect(refusal("{\(operation),\"Input\":[]}") == 400)
        #expect(refusal("{\"Operation\":\"DescribeDataset\",\(input)}") == 404)
        #expect(refusal("{\(operation),\(input),\"Service\":\"\(model)Other\"}") == 404)
        #expect(refusal("{\(operation),\"Input\":{\(Self.ids),\"DatasetName\":\"e\"}}") == 400)
    }

    @Test func theClientContextIsAHeaderUpstream() throws {
        let input = #"{\#(Self.ids),"SyncSessionToken":"t","ClientContext":" a b\t"}"#
        let request = try RequestDecoder.decode(TestRequests.target("UpdateRecords", input)).operation
            .request()
        let name = try #require(HTTPField.Name("x-amz-client-context"))
        #expect(request.head.headerFields[name] == "a b")
        #expect(try RequestDecoder.decode(request).operation.request() == request)
        for bad in [#"a\r\nX: y"#, #"\u0000"#, #"a\u007f"#, "é", #"a\tb"#] {
            let input = #"{\#(Self.ids),"SyncSessionToken":"t","ClientContext":"\#(bad)"}"#
            #expect(
                TestRequests.refusal(of: TestRequests.target("UpdateRecords", input))?.name
                    == "InvalidParameterException"
            )
        }
        let read = TestRequests.make("GET", Self.dataset, [("x-amz-client-context", "é")])
        #expect(try RequestDecoder.decode(read).operation.request().head.headerFields.isEmpty)
    }

    @Test func patchesAreDecodedOnDemand() throws {
        let patches = #"""
            {"SyncSessionToken":"t","RecordPatches":[
            {"Op":"replace","Key":"\ud83d\ude00","Value":"","SyncCount":-1,"DeviceLastModifiedDate":1.7E9},
            {"SyncCount":9223372036854775807,"Key":"e\u0301","Op":"r\u0065move","Value":null}]}
            """#
        let decoded = try RequestDecoder.decode(TestRequests.make("POST", Self.dataset, body: patches))
        guard case .updateRecords(let update) = decoded.operation else {
            Issue.record("not UpdateRecords")
            return
        }
        let all = update.patches()
        #expect(update.patchCount == 2 && all.count == 2)
        #expect(all.map(\.operation) == [.replace, .remove])
        #expect(all.map { Array($0.key.utf8) } == [Array("😀".utf8), Array("e\u{301}".utf8)])
        #expect(all.map(\.value) == ["", nil])
        #expect(all.map(\.syncCount) == [-1, .max])
        #expect(all.map(\.deviceLastModifiedDate) == ["1.7E9", nil])
    }
}
