import CognitoSync
import HTTPTypes
import Messages
import Serving
import Testing

@testable import Gateway
@testable import GatewayConfiguration

/// The habits of SDKs and proxies, in requests and in what they read of responses.
@Suite struct RequestMannersTests {
    @Test func everyResponseHasARequestIDOfAWSOrOfItsOwn() async {
        let harness = PipelineHarness()
        for request in [Request.get("/nope"), .make(.put, PipelineHarness.dataset)] {
            let response = await harness.send(request)
            #expect(response["x-amzn-RequestId"] == response["X-Request-Id"])
            #expect(response["x-amzn-RequestId"] != nil)
        }
        let page = await harness.get()
        #expect(page["x-amzn-RequestId"] != nil)
        let refused = harness.pipeline.refuse(.malformed, from: Caller(address: "10.0.0.1"))
        #expect(refused["x-amzn-RequestId"] == refused["X-Request-Id"])
    }

    @Test func anErrorHasItsMessageInAField() async {
        let response = await PipelineHarness().get("/nope")
        #expect(response["x-amzn-ErrorMessage"] == "There is no such path in this API.")
    }

    @Test func aCodedBodyIsRefused() async {
        let harness = PipelineHarness()
        for coding in ["gzip", "br", "identity, gzip"] {
            var request = Request.update()
            request.head.headerFields[.contentEncoding] = coding
            let response = await harness.send(request)
            #expect(response.status == 415)
            #expect(response["Accept-Encoding"] == "identity")
            #expect(response["x-amzn-ErrorType"] == "UnsupportedMediaTypeException")
        }
        var request = Request.update()
        request.head.headerFields[.contentEncoding] = "Identity"
        #expect(await harness.send(request).status == 200)
    }

    @Test func headIsAnsweredAsGet() async {
        let harness = PipelineHarness()
        let get = await harness.get()
        let head = await harness.send(.make(.head, PipelineHarness.records))
        #expect(head.status == 200)
        #expect(head.body == get.body, "the server leaves the body out")
        #expect(harness.upstream.count == 1)
    }

    @Test(arguments: ["", "{}", " { } "])
    func anEmptyObjectIsNoBody(body: String) async {
        let harness = PipelineHarness()
        #expect(await harness.send(.make(.delete, PipelineHarness.dataset, body)).status == 200)
        #expect(await harness.send(.make(.delete, PipelineHarness.dataset, #"{"a":1}"#)).status == 400)
    }

    @Test(arguments: [("Basic dXNlcjpw", "Basic"), ("Bearer x.y.z", "Bearer"), ("Negotiate", "Negotiate")])
    func anotherAuthorizationIsNamed(field: String, scheme: String) async {
        let response = await PipelineHarness().get(PipelineHarness.records, ["Authorization": field])
        #expect(response.status == 400)
        #expect(response.content.contains("'\(scheme)'"))
    }

    @Test func halfASurrogatePairIsPassedOn() async {
        let harness = PipelineHarness()
        let patch = #"{"Op":"replace","Key":"k\udc00","Value":"cut \ud83d","SyncCount":0}"#
        let body = #"{"SyncSessionToken":"token","RecordPatches":[\#(patch)]}"#
        #expect(await harness.send(.make(.post, PipelineHarness.dataset, body)).status == 200)
        #expect(harness.upstream.requests.last?.request.body == Array(body.utf8))
        let other = #"{"SyncSessionToken":"\ud83d","RecordPatches":[\#(patch)]}"#
        #expect(await harness.send(.make(.post, PipelineHarness.dataset, other)).status == 400)
    }

    @Test func aCallerThatWantsOnlyTheCacheNeverReachesUpstream() async {
        let harness = PipelineHarness()
        let only = ["Cache-Control": "only-if-cached"]
        let miss = await harness.get(PipelineHarness.records, only)
        #expect(miss.status == 504)
        #expect(miss["x-amzn-ErrorType"] == "UpstreamTimeoutException")
        #expect(await harness.get(PipelineHarness.dataset, only).status == 504)
        #expect(harness.upstream.count == 0)
        _ = await harness.get()
        let hit = await harness.get(PipelineHarness.records, only)
        #expect(hit.status == 200)
        #expect(hit["Cache-Status"]?.contains("hit") == true)
        #expect(harness.upstream.count == 1)
    }

    @Test func aLongBodyIsDecodedAndAnsweredAsAShortOne() async {
        let harness = PipelineHarness()
        let value = String(repeating: "v", count: LongWork.mostOnEventLoop)
        let patch = #"{"Op":"replace","Key":"k","Value":"\#(value)","SyncCount":0}"#
        let body = #"{"SyncSessionToken":"token","RecordPatches":[\#(patch)]}"#
        #expect(await harness.send(.make(.post, PipelineHarness.dataset, body)).status == 200)
        let wrong = body.replacing(#""Op":"replace""#, with: #""Op":"move""#)
        let response = await harness.send(.make(.post, PipelineHarness.dataset, wrong))
        #expect(response.status == 400)
        #expect(response.content.contains("1 validation error detected"))
        #expect(harness.upstream.count == 1)
        #expect(harness.admission.inFlight == 0)
    }
}
