import CognitoSync
import HTTPTypes
import Messages
import Policy
import Serving
import SigV4
import Testing
import Upstream

@testable import Gateway

/// Each row of the contract's table of errors: status, name, and what goes with it.
@Suite struct ErrorResponsesTests {
    private func expect(
        _ answer: Response,
        _ status: Int,
        _ name: String,
        _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(answer.status == status, sourceLocation: location)
        #expect(answer["x-amzn-ErrorType"] == name, sourceLocation: location)
        #expect(answer["x-syncgate-origin"] == "gateway", sourceLocation: location)
        #expect(answer["Content-Type"] == "application/json", sourceLocation: location)
        #expect(
            answer.content.hasPrefix("{\"__type\":\"\(name)\",\"message\":\"")
                && answer.content.hasSuffix("\"}"),
            sourceLocation: location
        )
        #expect((answer["Retry-After"] != nil) == [429, 503].contains(status), sourceLocation: location)
        #expect(
            (answer["x-amz-retry-after"] != nil) == [429, 503].contains(status),
            sourceLocation: location
        )
    }

    @Test func whatIsNoCallOfTheAPI() async {
        let rig = PipelineHarness()
        let bad = await rig.get("/identitypools/nope/identities/A:B:C/datasets")
        expect(bad, 400, "InvalidParameterException")
        #expect(bad.content.contains("2 validation errors detected"))
        expect(await rig.send(.make(.post, PipelineHarness.dataset, "{")), 400, "SerializationException")
        expect(await rig.get("/nope"), 404, "UnknownOperationException")
        expect(await rig.send(.make(.post, "/", "{}")), 404, "UnknownOperationException")
        let wrong = await rig.send(.make(.delete, PipelineHarness.records))
        expect(wrong, 405, "MethodNotAllowedException")
        #expect(wrong["Allow"] == "GET")
        #expect(rig.origin.count == 0)
    }

    @Test func whatTheCallerMayNot() async {
        let rig = PipelineHarness(configured: { $0.allow.operations = .only([.listRecords]) })
        expect(await rig.update(), 403, "AccessDeniedException")
        #expect(await rig.get().status == 200)
        #expect(rig.origin.count == 1)
    }

    @Test func onlyTheAllowedPoolsAreServed() async throws {
        let pool = try #require(IdentityPoolID(PipelineHarness.pool))
        let rig = PipelineHarness(configured: { $0.allow.identityPools = .only([pool]) })
        #expect(await rig.get().status == 200)
        expect(
            await rig.get(PipelineHarness.records.replacing("11111111", with: "21111111")),
            403,
            "AccessDeniedException"
        )
        expect(await rig.get("/identitypools"), 403, "AccessDeniedException")
        #expect(rig.origin.count == 1)
    }

    @Test func whatIsTooMuch() async {
        let rig = PipelineHarness(configured: { $0.throttle.caller = .init(key: .address, rate: 4, burst: 8) }
        )
        for _ in 0..<8 { #expect(await rig.get().status == 200) }
        let refused = await rig.get()
        expect(refused, 429, "TooManyRequestsException")
        #expect(refused["Retry-After"] == "1")
        #expect(refused["x-amz-retry-after"] == "250")
        #expect(refused["RateLimit-Policy"] == "\"caller\";q=8;w=2")
        #expect(refused["RateLimit"] == "\"caller\";r=0;t=1")
        #expect(await rig.send(.get(), from: Caller(address: "10.0.0.2")).status == 200)
        rig.clock.advance(by: .milliseconds(249))
        #expect(await rig.get().status == 429)
        rig.clock.advance(by: .milliseconds(1))
        #expect(await rig.get().status == 200)
    }

    @Test(arguments: [
        (Refusal.malformed, 400, "MalformedHttpRequestException"),
        (.badTarget, 400, "MalformedHttpRequestException"),
        (.unexpectedBody, 400, "MalformedHttpRequestException"),
        (.targetTooLong, 414, "RequestURITooLongException"),
        (.headTooLarge, 431, "RequestHeaderFieldsTooLargeException"),
        (.bodyTooLarge, 413, "RequestEntityTooLargeException"),
        (.methodNotAllowed, 405, "MethodNotAllowedException"),
        (.expectationFailed, 417, "ExpectationFailedException"),
        (.unknownTransferCoding, 501, "NotImplementedException"),
        (.versionNotSupported, 505, "HttpVersionNotSupportedException"),
        (.tooSlow, 408, "RequestTimeoutException"),
        (.overloaded, 503, "ServiceUnavailableException"), (.draining, 503, "ServiceUnavailableException"),
    ])
    func whatNeverBecameARequest(refusal: Refusal, status: Int, name: String) {
        let answer = PipelineHarness().pipeline.refuse(refusal, from: Caller(address: "10.0.0.1"))
        expect(answer, status, name)
        #expect(answer["X-Request-Id"]?.count == 36)
        #expect(answer["Via"] == "1.1 syncgate")
        #expect((answer["Allow"] != nil) == (status == 405))
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
    func whatTheOriginFailedTo(
        kind: UpstreamError.Kind,
        phase: UpstreamError.Phase,
        status: Int,
        name: String
    ) async {
        let rig = PipelineHarness(ScriptedSender.failing(kind, phase))
        for answer in [await rig.get(), await rig.update()] {
            expect(answer, status, name)
            #expect(!answer.content.contains("secret"))
        }
    }

    @Test(arguments: [
        Response.aws("{}", status: 301, [.location: "http://169.254.169.254/"]), .aws("{}", status: 204),
        .aws("{}", status: 304), .aws("", status: 200), .aws("<html>", status: 200), .aws("[]", status: 200),
        .aws("{}", status: 200), .aws(#"{"DatasetExists":true}"#, status: 200),
    ])
    func whatIsNoAnswerToListRecords(answer: Response) async {
        let rig = PipelineHarness(ScriptedSender.giving(answer))
        expect(await rig.get(), 502, "UpstreamFailureException")
        #expect(await rig.get()["Cache-Status"] == "syncgate; fwd=uri-miss")
        #expect(rig.origin.count == 2)
    }

    @Test(arguments: [
        (403, "AccessDeniedException"), (400, "AccessDeniedException"), (403, "InvalidSignatureException"),
        (403, "UnrecognizedClientException"), (403, "ExpiredTokenException"),
        (403, "MissingAuthenticationToken"),
        (400, "IncompleteSignature"), (403, "SignatureDoesNotMatch"), (403, "OptInRequired"),
    ])
    func whatAWSRefusesBecauseOfTheGateway(status: Int, name: String) async {
        let rig = PipelineHarness { _ in .awsError(status, name, "arn:aws:iam::1:user/gateway") }
        for answer in [await rig.get(), await rig.update()] {
            expect(answer, 502, "UpstreamFailureException")
            #expect(!answer.content.contains("arn:"))
        }
    }

    @Test func withoutCredentials() async {
        let rig = PipelineHarness(configured: { _ in }, credentials: NoCredentials())
        expect(await rig.get(), 503, "ServiceUnavailableException")
        expect(await rig.update(), 503, "ServiceUnavailableException")
        #expect(rig.origin.count == 0)
    }

    /// What AWS would say of a request is known before whether its caller may send it, and that before whether
    /// it comes too often.
    @Test func invalidComesBeforeForbiddenAndForbiddenBeforeThrottled() async {
        let rig = PipelineHarness(configured: {
            $0.allow.operations = .only([.listRecords])
            $0.throttle.caller = .init(key: .address, rate: 1, burst: 1)
        })
        #expect(await rig.get().status == 200)
        #expect(await rig.get().status == 429)
        #expect(
            await rig.send(.make(.delete, PipelineHarness.dataset.replacing("us-east", with: "us/east")))
                .status == 404
        )
        #expect(await rig.send(.make(.post, PipelineHarness.dataset, "{")).status == 400)
        #expect(await rig.update().status == 403)
        #expect(await rig.get(PipelineHarness.records, ["Authorization": "AWS4-HMAC-SHA256 x"]).status == 400)
    }

    @Test(arguments: [
        Request.get("/nope"), .update(), .get(PipelineHarness.records, ["Authorization": "x"]),
        .make(.post, PipelineHarness.dataset, "{"),
    ])
    func aRefusedRequestIsNotFree(request: Request) async {
        let rig = PipelineHarness(configured: {
            $0.allow.operations = .only([.listRecords])
            $0.throttle.caller = .init(key: .address, rate: 1, burst: 2)
        })
        #expect((400..<405).contains(await rig.send(request).status))
        #expect(await rig.get().status == 200)
        #expect(await rig.get().status == 429)
    }
}

/// A source that has nothing.
struct NoCredentials: CredentialsSource {
    let name = CredentialsSourceName.environment

    func load() async throws(CredentialsError) -> Credentials? { nil }
}
