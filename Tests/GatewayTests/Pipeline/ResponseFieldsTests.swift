import HTTPTypes
import Messages
import Testing
import Upstream

@testable import Gateway

/// What callers see around an answer: the fields of the outside contract.
@Suite struct ResponseFieldsTests {
    @Test func awsBodyPassesByteForByteAndItsHeadOnlyByTheAllowList() async {
        let body = "{ \"Dataset\" : {\"NumRecords\":1.0E0},\n \"Unknown\":null }"
        let rig = PipelineHarness { _ in
            .aws(
                body,
                [
                    .named("x-amzn-RequestId"): "aws-1", .contentType: "application/x-amz-json-1.1",
                    .server: "Server", .setCookie: "a=b", .named("x-amz-id-2"): "id", .cacheControl: "public",
                    .connection: "X-Secret", .date: "Tue, 11 Nov 2014 18:32:30 GMT", .age: "9",
                    .named("Cache-Status"): "edge; hit", .named("Via"): "1.0 edge",
                    .named("X-Request-Id"): "theirs",
                ]
            )
        }
        let answer = await rig.get(PipelineHarness.dataset, ["X-Request-Id": "mine"])
        #expect(answer.status == 200)
        #expect(answer.content == body)
        let fields = Dictionary(
            uniqueKeysWithValues: answer.head.headerFields.map { ($0.name.canonicalName, $0.value) }
        )
        #expect(
            fields == [
                "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": "aws-1",
                "x-request-id": "mine", "via": "1.1 syncgate", "cache-control": "private, no-store",
                "cache-status": "syncgate; fwd=bypass",
            ]
        )
    }

    @Test(arguments: [
        (400, "InvalidParameterException"), (403, "NotAuthorizedException"),
        (404, "ResourceNotFoundException"),
        (409, "ResourceConflictException"), (429, "TooManyRequestsException"),
        (429, "LambdaThrottledException"), (500, "InternalErrorException"), (503, "ServiceUnavailable"),
    ])
    func anErrorOfAWSsPassesAsItIs(status: Int, name: String) async {
        let message = "{\"message\":\"Current SyncCount for: user is: 1 not: 0\"}\n"
        let fields: [HTTPField.Name: String] = [
            .named("x-amzn-ErrorType"): "\(name):http://internal.amazon.com/coral/", .retryAfter: "3",
        ]
        let rig = PipelineHarness { _ in .aws(message, status: status, fields) }
        let answer = await rig.update()
        #expect(answer.status == status)
        #expect(answer.content == message)
        #expect(answer["x-amzn-ErrorType"] == "\(name):http://internal.amazon.com/coral/")
        #expect(answer["Retry-After"] == "3")
        #expect(answer["x-syncgate-origin"] == nil)
        #expect(answer["Cache-Status"] == "syncgate; fwd=method")
        #expect(rig.origin.calls.count { $0.method == .post } == 1)
    }

    @Test func aMissAHitAndAMissAgainAreTold() async {
        let rig = PipelineHarness { context in .page(context.number + 1) }
        let miss = await rig.get()
        #expect(miss["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
        #expect(miss["Age"] == nil)
        rig.clock.advance(by: .milliseconds(3_200))
        let hit = await rig.get()
        #expect(hit["Cache-Status"] == "syncgate; hit; ttl=1")
        #expect(hit["Age"] == "3")
        #expect(hit.body == miss.body)
        #expect(hit["x-amzn-RequestId"] == "aws-1")
        #expect(hit["Cache-Control"] == "private, no-store")
        #expect(hit["Via"] == "1.1 syncgate")
        rig.clock.advance(by: .milliseconds(1_800))
        let later = await rig.get()
        #expect(later["Cache-Status"] == "syncgate; fwd=stale; stored; detail=delta")
        #expect(later.body != miss.body)
        #expect(rig.origin.count == 3)
    }

    @Test func everyErrorOfTheGatewaysOwnIsMarkedAndNeverStored() async {
        let rig = PipelineHarness(ScriptedSender.failing(.cut, .sent))
        let answer = await rig.get(PipelineHarness.records, ["X-Request-Id": "a b"])
        #expect(answer.status == 502)
        #expect(answer["x-syncgate-origin"] == "gateway")
        #expect(answer["x-amzn-ErrorType"] == "UpstreamFailureException")
        #expect(answer["Content-Type"] == "application/json")
        #expect(answer["Cache-Status"] == "syncgate; fwd=uri-miss")
        #expect(answer["Cache-Control"] == "private, no-store")
        #expect(answer["Via"] == "1.1 syncgate")
        #expect(answer["X-Request-Id"]?.count == 36)
    }

    @Test(arguments: ["a", "A-z_0.9:x", String(repeating: "x", count: 128)])
    func aGoodRequestIDIsKept(id: String) async {
        #expect(
            await PipelineHarness().get(PipelineHarness.records, ["X-Request-Id": id])["X-Request-Id"] == id
        )
    }

    @Test(arguments: ["", "a b", "a,b", "é", "a\"b", "a/b", String(repeating: "x", count: 129)])
    func aBadRequestIDIsReplaced(id: String) async throws {
        let rig = PipelineHarness()
        var seen: Set<String> = []
        for _ in 0..<3 {
            let made = try #require(
                await rig.get(PipelineHarness.records, ["X-Request-Id": id])["X-Request-Id"]
            )
            #expect(
                made.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/)
                    != nil
            )
            seen.insert(made)
        }
        #expect(seen.count == 3)
    }

    @Test func nothingOfTheCallersHeadReachesTheOrigin() async throws {
        let rig = PipelineHarness()
        let fields = [
            "X-Request-Id": "mine", "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "tracestate": "a=b", "X-Amz-Date": "20000101T000000Z", "X-Amz-Security-Token": "stolen",
            "X-Amz-Content-Sha256": "x", "X-Amzn-RequestId": "r", "amz-sdk-request": "1", "Cookie": "c=1",
            "X-Forwarded-For": "1.2.3.4", "X-HTTP-Method-Override": "DELETE", "Range": "bytes=0-1",
            "Accept-Encoding": "gzip", "If-None-Match": "x", "User-Agent": "boto",
            "Cache-Control": "max-age=0",
        ]
        _ = await rig.get(
            PipelineHarness.records + "?maxResults=3&lastSyncCount=07".replacing("07", with: "7"),
            fields
        )
        let sent = try #require(rig.origin.calls.first).request
        let names = Set(sent.head.headerFields.map(\.name.canonicalName))
        #expect(names.isSubset(of: ["host", "x-amz-date", "authorization"]), "\(names)")
        #expect(sent["x-amz-date"] == "20150830T123600Z")
        #expect(
            sent.head.path?.hasSuffix("/datasets/profile/records?lastSyncCount=7&maxResults=1024") == true
        )
        #expect(sent.head.path?.contains("us-east-1%3A1111") == true)
    }
}

extension Request {
    subscript(field: String) -> String? { head.headerFields[.named(field)] }
}
