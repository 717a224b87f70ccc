import CognitoSync
import HTTPTypes
import Messages
import Policy
import SigV4
import Synchronization
import Testing
import Upstream

@testable import Gateway

/// Signing, sending, and when a call is sent again.
@Suite(.timeLimit(.minutes(1))) struct ForwarderTests {
    private let clock = ManualClock()
    private let metrics = Metrics()

    private func forwarder(
        _ origin: ScriptedSender,
        _ credentials: any CredentialsSource = FixedCredentials(.example)
    ) -> Forwarder {
        Forwarder(origin: origin, credentials: credentials, clock: clock.gatewayClock, metrics: metrics)
    }

    private func operation(_ request: Request = .get()) throws -> Operation {
        try RequestDecoder.decode(request).operation
    }

    @Test func whatIsSentIsSignedOverExactlyItsBytes() async throws {
        let origin = ScriptedSender { _ in .updated(1) }
        _ = await forwarder(origin).forward(try operation(.update()))
        let sent = try #require(origin.calls.first).request
        let verifier = SignatureVerifier(region: "us-east-1", service: "cognito-sync", maximumSkew: 0)
        try verifier.verify(
            sent,
            credentials: { $0 == "AKIDEXAMPLE" ? .example : nil },
            at: SigningTime(epochSeconds: ManualClock.epochSeconds)
        )
        #expect(sent.body == Request.update().body)
        #expect(sent["content-type"] == "application/json")
    }

    @Test func expiredCredentialsAreRenewedOnceAndTheCallIsSignedAnew() async throws {
        let source = TurningCredentials()
        let origin = ScriptedSender { context in
            context.request["Authorization"]?.contains("=KEY1/") == true
                ? .awsError(403, "ExpiredTokenException") : .updated(1)
        }
        let forwarder = forwarder(origin, source)
        let forwarded = await forwarder.forward(try operation(.update()))
        #expect(try forwarded.result.get().status == 200)
        #expect(forwarded.attempts == 2)
        #expect(source.loads == 2)
        _ = await forwarder.forward(try operation(.update()))
        #expect(origin.calls.last?.request["Authorization"]?.contains("=KEY2/") == true)
        #expect(source.loads == 2, "what works is kept")
        #expect(
            metrics.exposition().contains("syncgate_upstream_retries_total{reason=\"credentials_expired\"} 1")
        )
    }

    @Test(arguments: ["ExpiredTokenException", "UnrecognizedClientException", "InvalidSignatureException"])
    func aSecondRefusalIsTheGatewaysFault(name: String) async throws {
        let source = TurningCredentials()
        let origin = ScriptedSender(ScriptedSender.giving(.awsError(403, name)))
        let forwarded = await forwarder(origin, source).forward(try operation())
        #expect(forwarded.result == .failure(.refusedByUpstream(name)))
        #expect(origin.count == 2)
        #expect(source.loads == 2, "one refresh for one call")
    }

    @Test func rightsThatAreMissingAreNoReasonToRepeat() async throws {
        let source = TurningCredentials()
        let origin = ScriptedSender(ScriptedSender.giving(.awsError(400, "AccessDeniedException")))
        let forwarded = await forwarder(origin, source).forward(try operation())
        #expect(forwarded.result == .failure(.refusedByUpstream("AccessDeniedException")))
        #expect(origin.count == 1)
        #expect(source.loads == 1)
    }

    @Test(arguments: ["RequestExpired", "InvalidSignatureException", "RequestTimeTooSkewed"])
    func theOriginsClockIsLearnedFromItsDate(name: String) async throws {
        let origin = ScriptedSender { context in
            guard context.request["x-amz-date"]?.hasPrefix("20150830T1244") != true else { return .page(1) }
            var refusal = Response.awsError(
                403,
                name,
                "Signature expired: 20150830T123600Z is now earlier than"
            )
            refusal.head.headerFields[.date] = "Sun, 30 Aug 2015 12:44:00 GMT"
            return refusal
        }
        let forwarder = forwarder(origin)
        #expect(try await forwarder.forward(operation()).result.get().status == 200)
        #expect(origin.count == 2)
        #expect(forwarder.clockSkew == 480)
        clock.advance(by: .seconds(30))
        #expect(try await forwarder.forward(operation()).result.get().status == 200)
        #expect(origin.count == 3, "and from then on it is known")
        #expect(origin.calls.last?.request["x-amz-date"] == "20150830T124430Z")
        #expect(metrics.exposition().contains("syncgate_upstream_retries_total{reason=\"clock_skew\"} 1"))
    }

    @Test(arguments: [nil, "Sun, 30 Aug 2015 12:36:10 GMT", "yesterday"])
    func withoutADateThatTellsTheClockIsNotBelieved(date: String?) async throws {
        let origin = ScriptedSender { _ in
            var refusal = Response.awsError(403, "RequestExpired")
            refusal.head.headerFields[.date] = date
            return refusal
        }
        let forwarder = forwarder(origin)
        #expect(
            await forwarder.forward(try operation()).result == .failure(.refusedByUpstream("RequestExpired"))
        )
        #expect(origin.count == 1)
        #expect(forwarder.clockSkew == 0)
    }

    @Test func aClockThatDidNotHelpIsForgotten() async throws {
        let origin = ScriptedSender { context in
            var refusal = Response.awsError(403, "RequestExpired")
            refusal.head.headerFields[.date] =
                context.number == 0 ? "Sun, 30 Aug 2015 15:36:00 GMT" : "Sun, 30 Aug 2015 12:36:00 GMT"
            return refusal
        }
        let forwarder = forwarder(origin)
        #expect(
            await forwarder.forward(try operation()).result == .failure(.refusedByUpstream("RequestExpired"))
        )
        #expect(origin.count == 2)
        #expect(forwarder.clockSkew == 0)
    }

    @Test(arguments: [500, 502, 503, 504])
    func aReadIsRepeatedOnceAfterAServerError(status: Int) async throws {
        let origin = ScriptedSender {
            $0.number == 0 ? .awsError(status, "InternalErrorException") : .page(1)
        }
        let forwarded = await forwarder(origin).forward(try operation())
        #expect(try forwarded.result.get().status == 200)
        #expect(forwarded.attempts == 2)
        let stubborn = ScriptedSender(ScriptedSender.giving(.awsError(status, "InternalErrorException")))
        #expect(try await forwarder(stubborn).forward(operation()).result.get().status == status)
        #expect(stubborn.count == 2)
    }

    @Test(arguments: [400, 404, 409, 429, 501])
    func noOtherAnswerIsRepeated(status: Int) async throws {
        let origin = ScriptedSender(ScriptedSender.giving(.awsError(status, "X")))
        #expect(try await forwarder(origin).forward(operation()).result.get().status == status)
        #expect(origin.count == 1)
    }

    static let writes: [Request] = [
        .update(), .make(.delete, PipelineHarness.dataset),
        .make(.post, "/identitypools/\(PipelineHarness.pool)/bulkpublish"),
        .make(.post, "/identitypools/\(PipelineHarness.pool)/events", #"{"Events":{}}"#),
    ]

    @Test(arguments: writes)
    func aWriteIsNeverRepeatedOnceItMayHaveBeenSent(request: Request) async throws {
        let failures: [ScriptedSender.Script] = [
            ScriptedSender.giving(.awsError(500, "InternalErrorException")),
            ScriptedSender.giving(.awsError(503, "X")),
            ScriptedSender.failing(.cut, .sent),
            ScriptedSender.failing(.cut, .partlyReceived),
            ScriptedSender.failing(.timedOut, .sent),
        ]
        for failure in failures {
            let origin = ScriptedSender(failure)
            let forwarded = await forwarder(origin).forward(try operation(request))
            #expect(origin.count == 1)
            #expect(forwarded.attempts == 1)
        }
    }

    @Test(arguments: [Request.get(), .update()])
    func whatWasNeverSentMayBeSentAgain(request: Request) async throws {
        let origin = ScriptedSender { context throws(UpstreamError) in
            if context.number == 0 { throw UpstreamError(.unreachable, phase: .notSent, detail: "") }
            return context.method == .post ? .updated(1) : .page(1)
        }
        #expect(try await forwarder(origin).forward(operation(request)).result.get().status == 200)
        #expect(origin.count == 2)
        #expect(metrics.exposition().contains("syncgate_upstream_retries_total{reason=\"connection\"} 1"))
    }

    @Test(arguments: [UpstreamError.Kind.cancelled, .unavailable, .tooLarge])
    func whatNoSecondAttemptCouldMendIsNotRepeated(kind: UpstreamError.Kind) async throws {
        let origin = ScriptedSender(ScriptedSender.failing(kind, .notSent))
        _ = await forwarder(origin).forward(try operation())
        #expect(origin.count == 1)
    }

    @Test func aRetryThatTakesTimeIsToldAsATimeout() async throws {
        let origin = ScriptedSender { context throws(UpstreamError) in
            if context.number == 0 { throw UpstreamError(.timedOut, phase: .sent, detail: "") }
            return .page(1)
        }
        #expect(try await forwarder(origin).forward(operation()).result.get().status == 200)
        #expect(metrics.exposition().contains("syncgate_upstream_retries_total{reason=\"timeout\"} 1"))
    }

    @Test func allAttemptsShareOneDeadline() async throws {
        let clock = clock
        let origin = ScriptedSender { context throws(UpstreamError) in
            clock.advance(by: context.number == 0 ? .seconds(6) : .seconds(1))
            throw UpstreamError(.cut, phase: .sent, detail: "")
        }
        let forwarded = await forwarder(origin).forward(try operation())
        #expect(origin.calls.map(\.deadline) == [.seconds(10), .seconds(4)])
        #expect(forwarded.nanoseconds == 7_000_000_000)
    }

    @Test func withoutTimeLeftNothingIsRepeated() async throws {
        let clock = clock
        let origin = ScriptedSender { _ throws(UpstreamError) in
            clock.advance(by: .milliseconds(9_950))
            throw UpstreamError(.timedOut, phase: .sent, detail: "")
        }
        _ = await forwarder(origin).forward(try operation())
        #expect(origin.count == 1)
    }

    @Test func retriesAddLittleToAStormOfErrors() async throws {
        let origin = ScriptedSender(ScriptedSender.giving(.awsError(500, "X")))
        let forwarder = forwarder(origin)
        for _ in 0..<15 { _ = await forwarder.forward(try operation()) }
        #expect(origin.count <= 15 + 5)
    }

    @Test func anOriginThatFailsIsLeftAloneUntilAProbeSucceeds() async throws {
        let origin = ScriptedSender(ScriptedSender.failing(.cut, .sent))
        let forwarder = forwarder(origin)
        for _ in 0..<30 { _ = await forwarder.forward(try operation(.update())) }
        #expect(origin.count == 20)
        #expect(!forwarder.isCircuitClosed)
        guard case .failure(.circuitOpen(let wait)) = await forwarder.forward(try operation()).result else {
            Issue.record("the circuit is not open")
            return
        }
        #expect((1...1_000_000_000).contains(wait))
        clock.advance(by: .nanoseconds(wait))
        origin.answer { _ in .page(1) }
        #expect(try await forwarder.forward(operation()).result.get().status == 200)
        #expect(forwarder.isCircuitClosed)
        #expect(origin.count == 21)
    }

    @Test func answersThatAreAboutTheRequestNeverOpenTheCircuit() async throws {
        let origin = ScriptedSender(ScriptedSender.giving(.awsError(429, "TooManyRequestsException")))
        let forwarder = forwarder(origin)
        for _ in 0..<40 { _ = await forwarder.forward(try operation()) }
        #expect(forwarder.isCircuitClosed)
        #expect(origin.count == 40)
        #expect(metrics.exposition().contains("syncgate_upstream_throttled_total 40"))
    }

    @Test func anOpenCircuitIsToldAsUnavailable() async {
        let rig = PipelineHarness(ScriptedSender.failing(.cut, .sent))
        // A write that is not asked after, so that each is one call.
        let delete = Request.make(.delete, PipelineHarness.dataset)
        for _ in 0..<20 { #expect(await rig.send(delete).status == 502) }
        let answer = await rig.send(delete)
        #expect(answer.status == 503)
        #expect(answer["x-amzn-ErrorType"] == "ServiceUnavailableException")
        #expect(answer["Retry-After"] == "1")
        #expect(rig.origin.count == 20)
    }
}

/// New keys at each load: KEY1, KEY2 and so on.
final class TurningCredentials: CredentialsSource {
    let name = CredentialsSourceName.environment
    private let count = Mutex(0)

    var loads: Int { count.withLock { $0 } }

    func load() async throws(CredentialsError) -> Credentials? {
        let number = count.withLock { count in
            count += 1
            return count
        }
        return Credentials(accessKeyID: "KEY\(number)", secretAccessKey: Secret("secret"))
    }
}
