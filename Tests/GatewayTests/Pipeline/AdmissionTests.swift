import CognitoSync
import Messages
import Policy
import Serving
import Testing

@testable import Gateway

/// Which bucket pays for what, and how much may be in work at once.
@Suite(.timeLimit(.minutes(1))) struct AdmissionTests {
    @Test func aHitCostsItsCallersBucketOnly() async {
        let rig = PipelineHarness(configured: {
            $0.throttle.caller = .init(key: .address, rate: 1, burst: 5)
            $0.throttle.identity = .init(key: .identity, rate: 1, burst: 1)
            $0.throttle.upstream = .init(key: .none, rate: 1, burst: 1)
        })
        for _ in 0..<5 { #expect(await rig.get().status == 200) }
        #expect(rig.origin.count == 1)
        #expect(await rig.get()["RateLimit-Policy"] == "\"caller\";q=5;w=5")
        let other = Caller(address: "10.0.0.2")
        let refused = await rig.send(.get(PipelineHarness.dataset), from: other)
        #expect(refused.status == 429)
        #expect(refused["RateLimit-Policy"] == "\"identity\";q=1;w=1")
        #expect(await rig.send(.get(), from: other).status == 200, "what is cached is still free")
    }

    @Test func eachIdentityHasABucketOfItsOwn() async {
        let rig = PipelineHarness(configured: {
            $0.throttle.identity = .init(key: .identity, rate: 1, burst: 1)
        })
        #expect(await rig.get(PipelineHarness.dataset).status == 200)
        #expect(await rig.get(PipelineHarness.dataset).status == 429)
        #expect(await rig.get(PipelineHarness.dataset.replacing("0001", with: "0002")).status == 200)
        #expect(await rig.get("/identitypools").status == 200, "what concerns no identity pays for none")
        #expect(await rig.get("/identitypools").status == 200)
    }

    @Test func whatTheUpstreamBucketRefusesItsIdentityDoesNotPayFor() async {
        let rig = PipelineHarness(configured: {
            $0.throttle.identity = .init(key: .identity, rate: 1, burst: 2)
            $0.throttle.upstream = .init(key: .none, rate: 1_000_000, burst: 1)
        })
        #expect(await rig.get(PipelineHarness.dataset).status == 200)
        for _ in 0..<3 {
            let refused = await rig.get(PipelineHarness.dataset)
            #expect(refused["RateLimit-Policy"]?.hasPrefix("\"upstream\"") == true)
        }
        rig.clock.advance(by: .microseconds(1))
        #expect(await rig.get(PipelineHarness.dataset).status == 200)
        #expect(rig.origin.count == 2)
    }

    @Test func aCertificateIsAKeyOfItsOwn() async {
        let rig = PipelineHarness(configured: {
            $0.throttle.caller = .init(key: .certificate, rate: 1, burst: 1)
        })
        for name in ["one", "two"] {
            let caller = Caller(address: "10.0.0.1", certificate: name)
            #expect(await rig.send(.get(), from: caller).status == 200)
            #expect(await rig.send(.get(), from: caller).status == 429)
        }
        #expect(await rig.get().status == 200, "who has none is known by address")
    }

    @Test func aSharedBucketIsEverybodys() async {
        let rig = PipelineHarness(configured: { $0.throttle.caller = .init(key: .none, rate: 1, burst: 2) })
        let statuses = [
            await rig.send(.get(), from: Caller(address: "10.0.0.1")).status,
            await rig.send(.get(), from: Caller(address: "10.0.0.2")).status,
            await rig.send(.get(), from: Caller(address: "10.0.0.3")).status,
        ]
        #expect(statuses == [200, 200, 429])
    }

    @Test(arguments: [PipelineHarness.records.replacing("profile", with: "other"), PipelineHarness.dataset])
    func beyondTheCapOnRequestsInFlightIsRefusedAtOnce(path: String) async {
        let gate = Signal()
        let rig = PipelineHarness(configured: { $0.limits.inFlight = 2 }) { context in
            if context.number > 0 { await gate.reached() }
            return .page(1)
        }
        let cached = PipelineHarness.records + "?maxResults=9"
        #expect(await rig.get(cached).status == 200)
        let caller = Caller(address: "10.0.0.1")
        let held = (0..<2).map { _ in rig.pipeline.respond(to: .get(path), from: caller) }
        let tasks = held.map { answer in Task { await rig.answer(answer) } }
        for refused in [await rig.get(path), await rig.get(PipelineHarness.dataset), await rig.update()] {
            #expect(refused.status == 503)
            #expect(refused["x-amzn-ErrorType"] == "ServiceUnavailableException")
            #expect(refused["Retry-After"] == "1")
            #expect(refused["x-amz-retry-after"] == "1000")
        }
        #expect(await rig.get(cached).status == 200, "a hit takes no place")
        #expect(rig.metrics.exposition().contains("syncgate_refused_total{reason=\"in_flight\"} 3"))
        gate.fire()
        for task in tasks { #expect(await task.value.status == 200) }
        #expect(await rig.get(PipelineHarness.dataset).status == 200)
        #expect(rig.admission.inFlight == 0)
    }

    @Test func aFetchThatFindsNoPlaceLeavesNobodyWaiting() async {
        let rig = PipelineHarness(configured: { $0.limits.inFlight = 0 })
        #expect(await rig.get().status == 503)
        #expect(await rig.get().status == 503)
        #expect(rig.reads.statistics.fetches == 0)
    }

    @Test func anAnswerThatIsNeverAskedForGivesItsPlaceBack() {
        let rig = PipelineHarness(configured: { $0.limits.inFlight = 1 })
        do { _ = rig.pipeline.respond(to: .get(PipelineHarness.dataset), from: Caller(address: "10.0.0.1")) }
        #expect(rig.admission.inFlight == 0)
    }
}
