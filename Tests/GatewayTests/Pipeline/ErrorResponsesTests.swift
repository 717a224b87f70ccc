import CognitoSync
import CredentialSources
import HTTPTypes
import Messages
import Policy
import Serving
import SigV4
import Testing
import Upstream

@testable import Gateway
@testable import GatewayConfiguration

/// Each row in the error table of the contract: status, name and fields.
@Suite struct ErrorResponsesTests {
    private func expect(
        _ response: Response,
        _ status: Int,
        _ name: String,
        _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(response.status == status, sourceLocation: location)
        #expect(response["x-amzn-ErrorType"] == name, sourceLocation: location)
        #expect(response["x-syncgate-origin"] == "gateway", sourceLocation: location)
        #expect(response["Content-Type"] == "application/json", sourceLocation: location)
        #expect(
            response.content.hasPrefix("{\"__type\":\"\(name)\",\"message\":\"")
                && response.content.hasSuffix("\"}"),
            sourceLocation: location
        )
        #expect((response["Retry-After"] != nil) == [429, 503].contains(status), sourceLocation: location)
        #expect(
            (response["x-amz-retry-after"] != nil) == [429, 503].contains(status),
            sourceLocation: location
        )
    }

    @Test func aRequestThatIsNoOperationOfTheAPI() async {
        let harness = PipelineHarness()
        let bad = await harness.get("/identitypools/nope/identities/A:B:C/datasets")
        expect(bad, 400, "InvalidParameterException")
        #expect(bad.content.contains("2 validation errors detected"))
        expect(await harness.send(.make(.post, PipelineHarness.dataset, "{")), 400, "SerializationException")
        expect(await harness.get("/nope"), 404, "UnknownOperationException")
        expect(await harness.send(.make(.post, "/", "{}")), 404, "UnknownOperationException")
        let wrong = await harness.send(.make(.delete, PipelineHarness.records))
        expect(wrong, 405, "MethodNotAllowedException")
        #expect(wrong["Allow"] == "GET, HEAD")
        #expect(harness.upstream.count == 0)
    }

    @Test func anOperationThatIsNotPermitted() async {
        let harness = PipelineHarness(configured: { $0.allow.operations = .only([.listRecords]) })
        expect(await harness.update(), 403, "AccessDeniedException")
        #expect(await harness.get().status == 200)
        #expect(harness.upstream.count == 1)
    }

    @Test func onlyTheAllowedPoolsAreServed() async throws {
        let pool = try #require(IdentityPoolID(PipelineHarness.pool))
        let harness = PipelineHarness(configured: { $0.allow.identityPools = .only([pool]) })
        #expect(await harness.get().status == 200)
        expect(
            await harness.get(PipelineHarness.records.replacing("11111111", with: "21111111")),
            403,
            "AccessDeniedException"
        )
        expect(await harness.get("/identitypools"), 403, "AccessDeniedException")
        #expect(harness.upstream.count == 1)
    }

    @Test func aRequestBeyondTheRate() async {
        let harness = PipelineHarness(configured: {
            $0.throttle.caller = .init(key: .address, rate: 4, burst: 8)
        }
        )
        for _ in 0..<8 { #expect(await harness.get().status == 200) }
        let refused = await harness.get()
        expect(refused, 429, "TooManyRequestsException")
        #expect(refused["Retry-After"] == "1")
        #expect(refused["x-amz-retry-after"] == "250")
        #expect(refused["RateLimit-Policy"] == "\"caller\";q=8;w=2")
        #expect(refused["RateLimit"] == "\"caller\";r=0;t=1")
        #expect(await harness.send(.get(), from: Caller(address: "10.0.0.2")).status == 200)
        harness.clock.advance(by: .milliseconds(249))
        #expect(await harness.get().status == 429)
        harness.clock.advance(by: .milliseconds(1))
        #expect(await harness.get().status == 200)
    }

    @Test(arguments: [
        (Refusal.malformed, 400, "MalformedHttpRequestException"),
        (.badTarget, 400, "MalformedHttpRequestException"),
        (.unexpectedBody, 400, "MalformedHttpRequestException"),
        (.targetTooLong, 414, "RequestURITooLongException"),
        (.headTooLarge, 431, "RequestHeaderFieldsTooLargeException"),
        (.plainHTTP, 400, "MalformedHttpRequestException"),
        (.bodyTooLarge, 413, "RequestEntityTooLargeException"),
        (.methodNotAllowed, 405, "MethodNotAllowedException"),
        (.expectationFailed, 417, "ExpectationFailedException"),
        (.unknownTransferCoding, 501, "NotImplementedException"),
        (.versionNotSupported, 505, "HttpVersionNotSupportedException"),
        (.tooSlow, 408, "RequestTimeoutException"),
        (.overloaded, 503, "ServiceUnavailableException"), (.draining, 503, "ServiceUnavailableException"),
    ])
    func bytesThatAreNoRequest(refusal: Refusal, status: Int, name: String) {
        let response = PipelineHarness().pipeline.refuse(refusal, from: Caller(address: "10.0.0.1"))
        expect(response, status, name)
        #expect(response["X-Request-Id"]?.count == 36)
        #expect(response["Via"] == "1.1 syncgate")
        #expect((response["Allow"] != nil) == (status == 405))
        #expect(response.text.contains("4194304 bytes") == (refusal == .bodyTooLarge))
    }

    @Test(arguments: [
        (UpstreamError.Kind.unreachable, UpstreamError.Phase.notSent, 502, "UpstreamFailureException"),
        (.cut, .partlyReceived, 502, "UpstreamFailureException"),
        (.malformed, .partlyReceived, 502, "UpstreamFailureException"),
        (.tooLarge, .partlyReceived, 502, "UpstreamFailureException"),
        (.timedOut, .sent, 504, "UpstreamTimeoutException"),
        (.unavailable, .notSent, 503, "ServiceUnavailableException"),
        (.cancelled, .sent, 503, "ServiceUnavailableException"),
    ])
    func aFailureOfUpstream(
        kind: UpstreamError.Kind,
        phase: UpstreamError.Phase,
        status: Int,
        name: String
    ) async {
        let harness = PipelineHarness()
        _ = await harness.get()
        harness.upstream.respond(ScriptedSender.failing(kind, phase))
        let (write, read) = (await harness.update(), await harness.get(PipelineHarness.dataset))
        expect(read, status, name)
        // A write that may have been applied is asked after, and a timeout whatever ended it.
        let wasAskedAfter = phase != .notSent
        expect(write, wasAskedAfter ? 504 : status, wasAskedAfter ? "UpstreamTimeoutException" : name)
        #expect((write["x-syncgate-write"] == "unknown") == wasAskedAfter)
        for response in [write, read] { #expect(!response.content.contains("secret")) }
    }

    @Test(arguments: [
        Response.aws("{}", status: 301, [.location: "http://169.254.169.254/"]), .aws("{}", status: 204),
        .aws("{}", status: 304), .aws("", status: 200), .aws("<html>", status: 200), .aws("[]", status: 200),
        .aws("{}", status: 200), .aws(#"{"DatasetExists":true}"#, status: 200),
    ])
    func aMalformedResponseToListRecords(response: Response) async {
        let harness = PipelineHarness(ScriptedSender.giving(response))
        expect(await harness.get(), 502, "UpstreamFailureException")
        #expect(await harness.get()["Cache-Status"] == "syncgate; fwd=uri-miss")
        #expect(harness.upstream.count == 2)
    }

    @Test(arguments: [
        (403, "AccessDeniedException"), (400, "AccessDeniedException"), (403, "InvalidSignatureException"),
        (403, "UnrecognizedClientException"), (403, "ExpiredTokenException"),
        (403, "MissingAuthenticationToken"),
        (400, "IncompleteSignature"), (403, "SignatureDoesNotMatch"), (403, "OptInRequired"),
    ])
    func aRefusalOfTheGatewayByAWS(status: Int, name: String) async {
        let harness = PipelineHarness { _ in .awsError(status, name, "arn:aws:iam::1:user/gateway") }
        for response in [await harness.get(), await harness.update()] {
            expect(response, 502, "UpstreamFailureException")
            #expect(!response.content.contains("arn:"))
        }
    }

    @Test func withoutCredentials() async {
        let harness = PipelineHarness(configured: { _ in }, credentials: NoCredentials())
        expect(await harness.get(), 503, "ServiceUnavailableException")
        expect(await harness.update(), 503, "ServiceUnavailableException")
        #expect(harness.upstream.count == 0)
    }

    /// A request is checked against the API first, then against the rights of its caller, then against the
    /// rates.
    @Test func throttledComesBeforeInvalidAndInvalidBeforeForbidden() async {
        let harness = PipelineHarness(configured: {
            $0.allow.operations = .only([.listRecords])
            $0.throttle.caller = .init(key: .address, rate: 1, burst: 4)
        })
        let noPath = Request.make(.delete, PipelineHarness.dataset.replacing("us-east", with: "us/east"))
        let requests: [Request] = [
            noPath, .make(.post, PipelineHarness.dataset, "{"),
            .get(PipelineHarness.records, ["Authorization": "AWS4-HMAC-SHA256 x"]), .update(),
        ]
        for (request, status) in zip(requests, [404, 400, 400, 403]) {
            #expect(await harness.send(request).status == status)
        }
        for request in requests { #expect(await harness.send(request).status == 429) }
        #expect(harness.upstream.count == 0)
    }

    @Test(arguments: [
        Request.get("/nope"), .update(), .get(PipelineHarness.records, ["Authorization": "x"]),
        .make(.post, PipelineHarness.dataset, "{"),
    ])
    func aRefusedRequestIsNotFree(request: Request) async {
        let harness = PipelineHarness(configured: {
            $0.allow.operations = .only([.listRecords])
            $0.throttle.caller = .init(key: .address, rate: 1, burst: 2)
        })
        #expect((400..<405).contains(await harness.send(request).status))
        #expect(await harness.get().status == 200)
        #expect(await harness.get().status == 429)
    }
}

/// A source without credentials.
struct NoCredentials: CredentialsSource {
    let name = CredentialsSourceName.environment

    func load() async throws(CredentialsError) -> Credentials? { nil }
}
