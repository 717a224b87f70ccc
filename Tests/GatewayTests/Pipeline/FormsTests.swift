import HTTPTypes
import Messages
import Testing

@testable import Gateway

/// The forms of `POST /`, and errors in them.
@Suite struct FormsTests {
    private static let input =
        #"{"IdentityPoolId":"\#(PipelineHarness.pool)","IdentityId":"\#(PipelineHarness.identity)","DatasetName":"profile","MaxResults":"3"}"#
    private static let model = "com.amazonaws.cognito.sync.model#"

    @Test func theTargetFormIsAnsweredLikeRESTAndForwardedAsREST() async throws {
        let rig = PipelineHarness()
        let answer = await rig.send(.target("ListRecords", Self.input))
        #expect(answer.syncCount == 1)
        #expect(answer["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
        let sent = try #require(rig.origin.calls.first)
        #expect(sent.method == .get)
        #expect(sent.path.hasSuffix("/datasets/profile/records?maxResults=1024"))
        #expect(sent.request.body.isEmpty)
    }

    @Test func theEnvelopeIsAnsweredInKind() async throws {
        let rig = PipelineHarness()
        let answer = await rig.send(.envelope("ListRecords", Self.input))
        let page = await rig.get(PipelineHarness.records + "?maxResults=3").content.dropFirst()
        #expect(
            answer.content
                == #"{"Output":{"__type":"\#(Self.model)ListRecordsResponse",\#(page),"Version":"1.0"}"#
        )
        #expect(answer["x-amzn-RequestId"] == "aws-1")
        let hit = await rig.send(.envelope("ListRecords", Self.input))
        #expect(hit.body == answer.body)
        #expect(hit["Cache-Status"] == "syncgate; hit; ttl=5")
        #expect(await rig.get(PipelineHarness.records + "?maxResults=3").syncCount == 1)
        #expect(rig.origin.count == 1)
    }

    @Test func anErrorOfAWSsIsWrappedToo() async {
        let rig = PipelineHarness { _ in
            .awsError(409, "ResourceConflictException", "Current SyncCount for: user is: 1 not: 0")
        }
        let answer = await rig.send(.envelope("ListRecords", Self.input))
        #expect(answer.status == 409)
        #expect(
            answer.content
                == #"{"Output":{"__type":"\#(Self.model)ResourceConflictException","#
                + #""message":"Current SyncCount for: user is: 1 not: 0"},"Version":"1.0"}"#
        )
    }

    @Test(arguments: [
        Request.envelope("ListRecords", "{}"), signed(.envelope("ListRecords", input)),
    ])
    func anErrorOfTheGatewaysOwnIsInTheFormOfTheRequest(request: Request) async {
        let answer = await PipelineHarness().send(request)
        #expect((400...404).contains(answer.status))
        #expect(answer["x-syncgate-origin"] == "gateway")
        #expect(answer.content.hasPrefix(#"{"Output":{"__type":"\#(Self.model)"#))
        #expect(answer.content.hasSuffix(#"},"Version":"1.0"}"#))
    }

    @Test(arguments: [
        (Request.target("ListRecords", "{}"), 400), (.target("Nope", "{}"), 404),
        (.target("ListRecords", "{"), 400),
        (.make(.get, "/"), 405), (.make(.post, "/", "{}"), 404), (signed(.target("ListRecords", input)), 400),
    ])
    func anErrorInTheTargetFormIsPlain(request: Request, status: Int) async {
        let answer = await PipelineHarness().send(request)
        #expect(answer.status == status)
        #expect(answer.content.hasPrefix(#"{"__type":""#))
    }

    @Test func aThrottledEnvelopeIsWrapped() async {
        let rig = PipelineHarness(configured: { $0.throttle.upstream = .init(key: .none, rate: 1, burst: 1) })
        _ = await rig.get(PipelineHarness.dataset)
        let answer = await rig.send(.envelope("ListRecords", Self.input))
        #expect(answer.status == 429)
        #expect(answer.content.hasPrefix(#"{"Output":{"__type":"\#(Self.model)TooManyRequestsException""#))
        #expect(answer["Retry-After"] == "1")
    }

    private static func signed(_ request: Request) -> Request {
        var request = request
        request.head.headerFields[.authorization] = "AWS4-HMAC-SHA256 Credential=x"
        return request
    }
}
