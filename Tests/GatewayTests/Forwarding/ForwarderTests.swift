import CognitoSync
import CredentialSources
import HTTPTypes
import Messages
import Policy
import SigV4
import Synchronization
import Telemetry
import Testing
import Upstream

@testable import Gateway

/// Signatures, attempts, retries and the circuit breaker.
@Suite(.timeLimit(.minutes(1))) struct ForwarderTests {
    private let clock = ManualClock()
    private let metrics = Metrics()

    private func forwarder(
        _ upstream: ScriptedSender,
        _ credentials: any CredentialsSource = FixedCredentials(.example)
    ) -> Forwarder {
        Forwarder(sender: upstream, credentials: credentials, clock: clock.gatewayClock, metrics: metrics)
    }

    private func operation(_ request: Request = .get()) throws -> Operation {
        try RequestDecoder.decode(request).operation
    }

    @Test func aRequestIsSignedOverExactlyItsBytes() async throws {
        let upstream = ScriptedSender { _ in .updated(1) }
        _ = await forwarder(upstream).forward(try operation(.update()))
        let sent = try #require(upstream.requests.first).request
        let verifier = SignatureVerifier(region: "us-east-1", service: "cognito-sync", maximumSkew: 0)
        try verifier.verify(
            sent,
            credentials: { $0 == "AKIDEXAMPLE" ? .example : nil },
            at: SigningTime(epochSeconds: ManualClock.epochSeconds)
        )
        #expect(sent.body == Request.update().body)
        #expect(sent["content-type"] == "application/json")
    }

    @Test func expiredCredentialsAreRefreshedOnceAndTheRequestIsSignedAgain() async throws {
        let source = TurningCredentials()
        let upstream = ScriptedSender { received in
            received.request["Authorization"]?.contains("=KEY1/") == true
                ? .awsError(403, "ExpiredTokenException") : .updated(1)
        }
        let forwarder = forwarder(upstream, source)
        let forwarded = await forwarder.forward(try operation(.update()))
        #expect(try forwarded.result.get().status == 200)
        #expect(forwarded.attempts == 2)
        #expect(source.loads == 2)
        _ = await forwarder.forward(try operation(.update()))
        #expect(upstream.requests.last?.request["Authorization"]?.contains("=KEY2/") == true)
        #expect(source.loads == 2, "valid credentials are not loaded again")
        #expect(
            metrics.exposition().contains("syncgate_upstream_retries_total{reason=\"credentials_expired\"} 1")
        )
    }

    @Test(arguments: ["ExpiredTokenException", "UnrecognizedClientException", "InvalidSignatureException"])
    func aSecondRefusalIsTheGatewaysFault(name: String) async throws {
        let source = TurningCredentials()
        let upstream = ScriptedSender(ScriptedSender.giving(.awsError(403, name)))
        let forwarded = await forwarder(upstream, source).forward(try operation())
        #expect(forwarded.result == .failure(.refusedByUpstream(name)))
        #expect(upstream.count == 2)
        #expect(source.loads == 2, "one refresh for one operation")
    }

    @Test func refusedKeysThatNothingReplacesCostOneRequestEach() async throws {
        let upstream = ScriptedSender(ScriptedSender.giving(.awsError(403, "UnrecognizedClientException")))
        let forwarder = forwarder(upstream)
        for request in [Request](repeating: .get(), count: 150) + [Request](repeating: .update(), count: 20) {
            let forwarded = await forwarder.forward(try operation(request))
            #expect(forwarded.result == .failure(.refusedByUpstream("UnrecognizedClientException")))
            #expect(forwarded.attempts == 1)
        }
        #expect(upstream.count == 170)
    }

    @Test func theBudgetOfRetriesBoundsNewSignatures() async throws {
        let upstream = ScriptedSender(ScriptedSender.giving(.awsError(403, "ExpiredTokenException")))
        let forwarder = forwarder(upstream, TurningCredentials())
        for _ in 0..<100 { _ = await forwarder.forward(try operation()) }
        // 5 at first, and one for ten requests from then on.
        #expect(upstream.count > 105)
        #expect(upstream.count <= 120)
    }

    @Test func missingRightsAreNoReasonToRetry() async throws {
        let source = TurningCredentials()
        let upstream = ScriptedSender(ScriptedSender.giving(.awsError(400, "AccessDeniedException")))
        let forwarded = await forwarder(upstream, source).forward(try operation())
        #expect(forwarded.result == .failure(.refusedByUpstream("AccessDeniedException")))
        #expect(upstream.count == 1)
        #expect(source.loads == 1)
    }

    @Test(arguments: ["RequestExpired", "InvalidSignatureException", "RequestTimeTooSkewed"])
    func theClockOfUpstreamIsLearnedFromItsDate(name: String) async throws {
        let upstream = ScriptedSender { received in
            guard received.request["x-amz-date"]?.hasPrefix("20150830T1244") != true else { return .page(1) }
            var refusal = Response.awsError(
                403,
                name,
                "Signature expired: 20150830T123600Z is now earlier than"
            )
            refusal.head.headerFields[.date] = "Sun, 30 Aug 2015 12:44:00 GMT"
            return refusal
        }
        let forwarder = forwarder(upstream)
        #expect(try await forwarder.forward(operation()).result.get().status == 200)
        #expect(upstream.count == 2)
        #expect(forwarder.clockSkew == 480)
        clock.advance(by: .seconds(30))
        #expect(try await forwarder.forward(operation()).result.get().status == 200)
        #expect(upstream.count == 3, "from then on the offset is known")
        #expect(upstream.requests.last?.request["x-amz-date"] == "20150830T124430Z")
        #expect(metrics.exposition().contains("syncgate_upstream_retries_total{reason=\"clock_skew\"} 1"))
    }

    @Test(arguments: [nil, "Sun, 30 Aug 2015 12:36:10 GMT", "yesterday"])
    func withoutADateThatTellsTheClockIsNotBelieved(date: String?) async throws {
        let upstream = ScriptedSender { _ in
            var refusal = Response.awsError(403, "RequestExpired")
            refusal.head.headerFields[.date] = date
            return refusal
        }
        let forwarder = forwarder(upstream)
        #expect(
            await forwarder.forward(try operation()).result == .failure(.refusedByUpstream("RequestExpired"))
        )
        #expect(upstream.count == 1)
        #expect(forwarder.clockSkew == 0)
    }

    @Test func aClockThatDidNotHelpIsForgotten() async throws {
        let upstream = ScriptedSender { received in
            var refusal = Response.awsError(403, "RequestExpired")
            refusal.head.headerFields[.date] =
                received.number == 0 ? "Sun, 30 Aug 2015 15:36:00 GMT" : "Sun, 30 Aug 2015 12:36:00 GMT"
            return refusal
        }
        let forwarder = forwarder(upstream)
        #expect(
            await forwarder.forward(try operation()).result == .failure(.refusedByUpstream("RequestExpired"))
        )
        #expect(upstream.count == 2)
        #expect(forwarder.clockSkew == 0)
    }

    @Test(arguments: [500, 502, 503, 504])
    func aReadIsRetriedOnceAfterAServerError(status: Int) async throws {
        let upstream = ScriptedSender {
            $0.number == 0 ? .awsError(status, "InternalErrorException") : .page(1)
        }
        let forwarded = await forwarder(upstream).forward(try operation())
        #expect(try forwarded.result.get().status == 200)
        #expect(forwarded.attempts == 2)
        let stubborn = ScriptedSender(ScriptedSender.giving(.awsError(status, "InternalErrorException")))
        #expect(try await forwarder(stubborn).forward(operation()).result.get().status == status)
        #expect(stubborn.count == 2)
    }

    @Test(arguments: [400, 404, 409, 429, 501])
    func noOtherStatusIsRetried(status: Int) async throws {
        let upstream = ScriptedSender(ScriptedSender.giving(.awsError(status, "X")))
        #expect(try await forwarder(upstream).forward(operation()).result.get().status == status)
        #expect(upstream.count == 1)
    }

    static let writes: [Request] = [
        .update(), .make(.delete, PipelineHarness.dataset),
        .make(.post, "/identitypools/\(PipelineHarness.pool)/bulkpublish"),
        .make(.post, "/identitypools/\(PipelineHarness.pool)/events", #"{"Events":{}}"#),
    ]

    @Test(arguments: writes)
    func aWriteIsNeverRetriedOnceItMayHaveBeenSent(request: Request) async throws {
        let failures: [ScriptedSender.Script] = [
            ScriptedSender.giving(.awsError(500, "InternalErrorException")),
            ScriptedSender.giving(.awsError(503, "X")),
            ScriptedSender.failing(.cut, .sent),
            ScriptedSender.failing(.cut, .partlyReceived),
            ScriptedSender.failing(.timedOut, .sent),
        ]
        for failure in failures {
            let upstream = ScriptedSender(failure)
            let forwarded = await forwarder(upstream).forward(try operation(request))
            #expect(upstream.count == 1)
            #expect(forwarded.attempts == 1)
        }
    }

    @Test(arguments: [Request.get(), .update()])
    func aRequestThatWasNeverSentIsRetried(request: Request) async throws {
        let upstream = ScriptedSender { received throws(UpstreamError) in
            if received.number == 0 { throw UpstreamError(.unreachable, phase: .notSent, detail: "") }
            return received.method == .post ? .updated(1) : .page(1)
        }
        #expect(try await forwarder(upstream).forward(operation(request)).result.get().status == 200)
        #expect(upstream.count == 2)
        #expect(metrics.exposition().contains("syncgate_upstream_retries_total{reason=\"connection\"} 1"))
    }

    @Test(arguments: [UpstreamError.Kind.cancelled, .unavailable, .tooLarge])
    func aFailureThatNoRetryCanHelpIsFinal(kind: UpstreamError.Kind) async throws {
        let upstream = ScriptedSender(ScriptedSender.failing(kind, .notSent))
        _ = await forwarder(upstream).forward(try operation())
        #expect(upstream.count == 1)
    }

    @Test func aRetryAfterATimeoutIsCountedAsOne() async throws {
        let upstream = ScriptedSender { received throws(UpstreamError) in
            if received.number == 0 { throw UpstreamError(.timedOut, phase: .sent, detail: "") }
            return .page(1)
        }
        #expect(try await forwarder(upstream).forward(operation()).result.get().status == 200)
        #expect(metrics.exposition().contains("syncgate_upstream_retries_total{reason=\"timeout\"} 1"))
    }

    @Test func allAttemptsShareOneDeadline() async throws {
        let clock = clock
        let upstream = ScriptedSender { received throws(UpstreamError) in
            clock.advance(by: received.number == 0 ? .seconds(6) : .seconds(1))
            throw UpstreamError(.cut, phase: .sent, detail: "")
        }
        let forwarded = await forwarder(upstream).forward(try operation())
        #expect(upstream.requests.map(\.deadline) == [.seconds(10), .seconds(4)])
        #expect(forwarded.nanoseconds == 7_000_000_000)
    }

    @Test func withoutTimeLeftNothingIsRetried() async throws {
        let clock = clock
        let upstream = ScriptedSender { _ throws(UpstreamError) in
            clock.advance(by: .milliseconds(9_950))
            throw UpstreamError(.timedOut, phase: .sent, detail: "")
        }
        _ = await forwarder(upstream).forward(try operation())
        #expect(upstream.count == 1)
    }

    @Test func retriesAddLittleToAStormOfErrors() async throws {
        let upstream = ScriptedSender(ScriptedSender.giving(.awsError(500, "X")))
        let forwarder = forwarder(upstream)
        for _ in 0..<15 { _ = await forwarder.forward(try operation()) }
        #expect(upstream.count <= 15 + 5)
    }

    @Test func anUpstreamThatFailsIsLeftAloneUntilAProbeSucceeds() async throws {
        let upstream = ScriptedSender(ScriptedSender.failing(.cut, .sent))
        let forwarder = forwarder(upstream)
        for _ in 0..<30 { _ = await forwarder.forward(try operation(.update())) }
        #expect(upstream.count == 20)
        #expect(forwarder.circuit != .closed)
        guard case .failure(.circuitOpen(let wait)) = await forwarder.forward(try operation()).result else {
            Issue.record("the circuit is not open")
            return
        }
        #expect((1...1_000_000_000).contains(wait))
        clock.advance(by: .nanoseconds(wait))
        upstream.respond { _ in .page(1) }
        #expect(try await forwarder.forward(operation()).result.get().status == 200)
        #expect(forwarder.circuit == .closed)
        #expect(upstream.count == 21)
    }

    @Test func errorsOfTheRequestNeverOpenTheCircuit() async throws {
        let upstream = ScriptedSender(ScriptedSender.giving(.awsError(429, "TooManyRequestsException")))
        let forwarder = forwarder(upstream)
        for _ in 0..<40 { _ = await forwarder.forward(try operation()) }
        #expect(forwarder.circuit == .closed)
        #expect(upstream.count == 40)
        #expect(metrics.exposition().contains("syncgate_upstream_throttled_total 40"))
    }

    @Test func anOpenCircuitIsServiceUnavailable() async {
        let harness = PipelineHarness(ScriptedSender.failing(.cut, .sent))
        // A write without an inquiry, so that each takes one upstream request.
        let delete = Request.make(.delete, PipelineHarness.dataset)
        for _ in 0..<20 { #expect(await harness.send(delete).status == 502) }
        let response = await harness.send(delete)
        #expect(response.status == 503)
        #expect(response["x-amzn-ErrorType"] == "ServiceUnavailableException")
        #expect(response["Retry-After"] == "1")
        #expect(harness.upstream.count == 20)
    }
}

/// A source with new keys at each load: KEY1, KEY2 and so on.
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
