import HTTPTypes
import Messages
import Testing
import Upstream

@testable import Gateway

/// The fields of responses, as the outside contract gives them.
@Suite struct ResponseFieldsTests {
    @Test func awsBodyPassesByteForByteAndItsHeadOnlyByTheAllowList() async {
        let body = "{ \"Dataset\" : {\"NumRecords\":1.0E0},\n \"Unknown\":null }"
        let harness = PipelineHarness { _ in
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
        let response = await harness.get(PipelineHarness.dataset, ["X-Request-Id": "mine"])
        #expect(response.status == 200)
        #expect(response.content == body)
        let fields = Dictionary(
            uniqueKeysWithValues: response.head.headerFields.map { ($0.name.canonicalName, $0.value) }
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
    func anErrorOfAWSPassesUnchanged(status: Int, name: String) async {
        let message = "{\"message\":\"Current SyncCount for: user is: 1 not: 0\"}\n"
        let fields: [HTTPField.Name: String] = [
            .named("x-amzn-ErrorType"): "\(name):http://internal.amazon.com/coral/", .retryAfter: "3",
        ]
        let harness = PipelineHarness { $0.number == 0 ? .page(1) : .aws(message, status: status, fields) }
        _ = await harness.get()
        let response = await harness.update()
        #expect(response.status == status)
        #expect(response.content == message)
        #expect(response["x-amzn-ErrorType"] == "\(name):http://internal.amazon.com/coral/")
        #expect(response["Retry-After"] == "3")
        #expect(response["x-syncgate-origin"] == nil)
        #expect(response["Cache-Status"] == "syncgate; fwd=method")
        #expect(harness.upstream.requests.count { $0.method == .post } == 1)
    }

    @Test func aMissAHitAndAStaleReadAreReported() async {
        let harness = PipelineHarness { received in .page(received.number + 1) }
        let miss = await harness.get()
        #expect(miss["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
        #expect(miss["Age"] == nil)
        harness.clock.advance(by: .milliseconds(3_200))
        let hit = await harness.get()
        #expect(hit["Cache-Status"] == "syncgate; hit; ttl=1")
        #expect(hit["Age"] == "3")
        #expect(hit.body == miss.body)
        #expect(hit["x-amzn-RequestId"] == "aws-1")
        #expect(hit["Cache-Control"] == "private, no-store")
        #expect(hit["Via"] == "1.1 syncgate")
        harness.clock.advance(by: .milliseconds(1_800))
        let later = await harness.get()
        #expect(later["Cache-Status"] == "syncgate; fwd=stale; stored; detail=delta")
        #expect(later.body != miss.body)
        #expect(harness.upstream.count == 3)
    }

    @Test func everyErrorOfTheGatewaysOwnIsMarkedAndNeverStored() async {
        let harness = PipelineHarness(ScriptedSender.failing(.cut, .sent))
        let response = await harness.get(PipelineHarness.records, ["X-Request-Id": "a b"])
        #expect(response.status == 502)
        #expect(response["x-syncgate-origin"] == "gateway")
        #expect(response["x-amzn-ErrorType"] == "UpstreamFailureException")
        #expect(response["Content-Type"] == "application/json")
        #expect(response["Cache-Status"] == "syncgate; fwd=uri-miss")
        #expect(response["Cache-Control"] == "private, no-store")
        #expect(response["Via"] == "1.1 syncgate")
        #expect(response["X-Request-Id"]?.count == 36)
    }

    @Test(arguments: ["a", "A-z_0.9:x", String(repeating: "x", count: 128)])
    func aValidRequestIDPassesThrough(id: String) async {
        #expect(
            await PipelineHarness().get(PipelineHarness.records, ["X-Request-Id": id])["X-Request-Id"] == id
        )
    }

    @Test(arguments: ["", "a b", "a,b", "é", "a\"b", "a/b", String(repeating: "x", count: 129)])
    func anInvalidRequestIDIsReplaced(id: String) async throws {
        let harness = PipelineHarness()
        var seen: Set<String> = []
        for _ in 0..<3 {
            let made = try #require(
                await harness.get(PipelineHarness.records, ["X-Request-Id": id])["X-Request-Id"]
            )
            #expect(
                made.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/)
                    != nil
            )
            seen.insert(made)
        }
        #expect(seen.count == 3)
    }

    @Test func nothingOfTheCallersHeadReachesUpstream() async throws {
        let harness = PipelineHarness()
        let fields = [
            "X-Request-Id": "mine", "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "tracestate": "a=b", "X-Amz-Date": "20000101T000000Z", "X-Amz-Security-Token": "stolen",
            "X-Amz-Content-Sha256": "x", "X-Amzn-RequestId": "r", "amz-sdk-request": "1", "Cookie": "c=1",
            "X-Forwarded-For": "1.2.3.4", "X-HTTP-Method-Override": "DELETE", "Range": "bytes=0-1",
            "Accept-Encoding": "gzip", "If-None-Match": "x", "User-Agent": "boto",
            "Cache-Control": "max-age=0",
        ]
        _ = await harness.get(
            PipelineHarness.records + "?maxResults=3&lastSyncCount=07".replacing("07", with: "7"),
            fields
        )
        let sent = try #require(harness.upstream.requests.first).request
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
