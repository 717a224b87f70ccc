import CognitoSync
import Messages
import Policy
import Serving
import Telemetry
import Testing

@testable import Gateway
@testable import GatewayConfiguration

/// The bucket that each request charges, and the limit on requests in flight.
@Suite(.timeLimit(.minutes(1))) struct AdmissionTests {
    @Test func aHitChargesTheCallersBucketOnly() async {
        let harness = PipelineHarness(configured: {
            $0.throttle.caller = .init(key: .address, rate: 1, burst: 5)
            $0.throttle.identity = .init(key: .identity, rate: 1, burst: 1)
            $0.throttle.upstream = .init(rate: 1, burst: 1)
        })
        for _ in 0..<5 { #expect(await harness.get().status == 200) }
        #expect(harness.upstream.count == 1)
        #expect(await harness.get()["RateLimit-Policy"] == "\"caller\";q=5;w=5")
        let other = Caller(address: "10.0.0.2")
        let refused = await harness.send(.get(PipelineHarness.dataset), from: other)
        #expect(refused.status == 429)
        #expect(refused["RateLimit-Policy"] == "\"identity\";q=1;w=1")
        #expect(await harness.send(.get(), from: other).status == 200, "a hit is free of both")
    }

    @Test func eachIdentityHasABucketOfItsOwn() async {
        let harness = PipelineHarness(configured: {
            $0.throttle.identity = .init(key: .identity, rate: 1, burst: 1)
        })
        #expect(await harness.get(PipelineHarness.dataset).status == 200)
        #expect(await harness.get(PipelineHarness.dataset).status == 429)
        #expect(await harness.get(PipelineHarness.dataset.replacing("0001", with: "0002")).status == 200)
        #expect(
            await harness.get("/identitypools").status == 200,
            "an operation without an identity charges none"
        )
        #expect(await harness.get("/identitypools").status == 200)
    }

    @Test func aRefusalByTheUpstreamBucketDoesNotChargeTheIdentity() async {
        let harness = PipelineHarness(configured: {
            $0.throttle.identity = .init(key: .identity, rate: 1, burst: 2)
            $0.throttle.upstream = .init(rate: 1_000_000, burst: 1)
        })
        #expect(await harness.get(PipelineHarness.dataset).status == 200)
        for _ in 0..<3 {
            let refused = await harness.get(PipelineHarness.dataset)
            #expect(refused["RateLimit-Policy"]?.hasPrefix("\"upstream\"") == true)
        }
        harness.clock.advance(by: .microseconds(1))
        #expect(await harness.get(PipelineHarness.dataset).status == 200)
        #expect(harness.upstream.count == 2)
    }

    @Test func aCertificateIsAKeyOfItsOwn() async {
        let harness = PipelineHarness(configured: {
            $0.throttle.caller = .init(key: .caller, rate: 1, burst: 1)
        })
        for name in ["one", "two"] {
            let caller = Caller(address: "10.0.0.1", certificate: CertificateNames(common: name))
            #expect(await harness.send(.get(), from: caller).status == 200)
            #expect(await harness.send(.get(), from: caller).status == 429)
        }
        #expect(await harness.get().status == 200, "a caller without a certificate is known by its address")
    }

    @Test func aSharedBucketIsThatOfAllCallers() async {
        let harness = PipelineHarness(configured: {
            $0.throttle.caller = .init(key: .none, rate: 1, burst: 2)
        })
        let statuses = [
            await harness.send(.get(), from: Caller(address: "10.0.0.1")).status,
            await harness.send(.get(), from: Caller(address: "10.0.0.2")).status,
            await harness.send(.get(), from: Caller(address: "10.0.0.3")).status,
        ]
        #expect(statuses == [200, 200, 429])
    }

    @Test(arguments: [PipelineHarness.records.replacing("profile", with: "other"), PipelineHarness.dataset])
    func requestsBeyondTheLimitInFlightAreRefusedAtOnce(path: String) async {
        let gate = Signal()
        let harness = PipelineHarness(configured: { $0.limits.inFlight = 2 }) { received in
            if received.number > 0 { await gate.reached() }
            return .page(1)
        }
        let cached = PipelineHarness.records + "?maxResults=9"
        #expect(await harness.get(cached).status == 200)
        let caller = Caller(address: "10.0.0.1")
        let pending = (0..<2).map { _ in harness.pipeline.respond(to: .get(path), from: caller) }
        let tasks = pending.map { response in Task { await harness.response(of: response) } }
        for refused in [
            await harness.get(path), await harness.get(PipelineHarness.dataset), await harness.update(),
        ] {
            #expect(refused.status == 503)
            #expect(refused["x-amzn-ErrorType"] == "ServiceUnavailableException")
            #expect(refused["Retry-After"] == "1")
            #expect(refused["x-amz-retry-after"] == "1000")
        }
        #expect(await harness.get(cached).status == 200, "a hit takes no slot")
        #expect(harness.metrics.exposition().contains("syncgate_refused_total{reason=\"in_flight\"} 3"))
        gate.fire()
        for task in tasks { #expect(await task.value.status == 200) }
        #expect(await harness.get(PipelineHarness.dataset).status == 200)
        #expect(harness.admission.inFlight == 0)
    }

    @Test func aFetchWithoutASlotLeavesNoWaiter() async {
        let harness = PipelineHarness(configured: { $0.limits.inFlight = 0 })
        #expect(await harness.get().status == 503)
        #expect(await harness.get().status == 503)
        #expect(harness.recordsCache.statistics.fetches == 0)
    }

    @Test func aResponseThatIsNeverAwaitedReleasesItsSlot() {
        let harness = PipelineHarness(configured: { $0.limits.inFlight = 1 })
        do {
            _ = harness.pipeline.respond(to: .get(PipelineHarness.dataset), from: Caller(address: "10.0.0.1"))
        }
        #expect(harness.admission.inFlight == 0)
    }
}
