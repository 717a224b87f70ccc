import HTTPTypes
import Messages
import Testing

@testable import Gateway
@testable import GatewayConfiguration

/// The forms of `POST /`, and errors in them.
@Suite struct FormsTests {
    private static let input =
        #"{"IdentityPoolId":"\#(PipelineHarness.pool)","IdentityId":"\#(PipelineHarness.identity)","DatasetName":"profile","MaxResults":"3"}"#
    private static let model = "com.amazonaws.cognito.sync.model#"

    @Test func theTargetFormIsAnsweredLikeRESTAndForwardedAsREST() async throws {
        let harness = PipelineHarness()
        let response = await harness.send(.target("ListRecords", Self.input))
        #expect(response.syncCount == 1)
        #expect(response["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
        let sent = try #require(harness.upstream.requests.first)
        #expect(sent.method == .get)
        #expect(sent.path.hasSuffix("/datasets/profile/records?maxResults=1024"))
        #expect(sent.request.body.isEmpty)
    }

    @Test func theEnvelopeIsAnsweredInKind() async throws {
        let harness = PipelineHarness()
        let response = await harness.send(.envelope("ListRecords", Self.input))
        let page = await harness.get(PipelineHarness.records + "?maxResults=3").content.dropFirst()
        #expect(
            response.content
                == #"{"Output":{"__type":"\#(Self.model)ListRecordsResponse",\#(page),"Version":"1.0"}"#
        )
        #expect(response["x-amzn-RequestId"] == "aws-1")
        let hit = await harness.send(.envelope("ListRecords", Self.input))
        #expect(hit.body == response.body)
        #expect(hit["Cache-Status"] == "syncgate; hit; ttl=5")
        #expect(await harness.get(PipelineHarness.records + "?maxResults=3").syncCount == 1)
        #expect(harness.upstream.count == 1)
    }

    @Test func anErrorOfAWSIsWrappedToo() async {
        let harness = PipelineHarness { _ in
            .awsError(409, "ResourceConflictException", "Current SyncCount for: user is: 1 not: 0")
        }
        let response = await harness.send(.envelope("ListRecords", Self.input))
        #expect(response.status == 409)
        #expect(
            response.content
                == #"{"Output":{"__type":"\#(Self.model)ResourceConflictException","#
                + #""message":"Current SyncCount for: user is: 1 not: 0"},"Version":"1.0"}"#
        )
    }

    @Test(arguments: [
        Request.envelope("ListRecords", "{}"), signed(.envelope("ListRecords", input)),
    ])
    func anErrorOfTheGatewaysOwnIsInTheFormOfTheRequest(request: Request) async {
        let response = await PipelineHarness().send(request)
        #expect((400...404).contains(response.status))
        #expect(response["x-syncgate-origin"] == "gateway")
        #expect(response.content.hasPrefix(#"{"Output":{"__type":"\#(Self.model)"#))
        #expect(response.content.hasSuffix(#"},"Version":"1.0"}"#))
    }

    @Test(arguments: [
        (Request.target("ListRecords", "{}"), 400), (.target("Nope", "{}"), 404),
        (.target("ListRecords", "{"), 400),
        (.make(.get, "/"), 405), (.make(.post, "/", "{}"), 404), (signed(.target("ListRecords", input)), 400),
    ])
    func anErrorInTheTargetFormIsPlain(request: Request, status: Int) async {
        let response = await PipelineHarness().send(request)
        #expect(response.status == status)
        #expect(response.content.hasPrefix(#"{"__type":""#))
    }

    @Test func aThrottledEnvelopeIsWrapped() async {
        let harness = PipelineHarness(configured: { $0.throttle.upstream = .init(rate: 1, burst: 1) })
        _ = await harness.get(PipelineHarness.dataset)
        let response = await harness.send(.envelope("ListRecords", Self.input))
        #expect(response.status == 429)
        #expect(response.content.hasPrefix(#"{"Output":{"__type":"\#(Self.model)TooManyRequestsException""#))
        #expect(response["Retry-After"] == "1")
    }

    private static func signed(_ request: Request) -> Request {
        var request = request
        request.head.headerFields[.authorization] = "AWS4-HMAC-SHA256 Credential=x"
        return request
    }
}
