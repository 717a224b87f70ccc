import CognitoSync
import Messages
import Policy
import Serving
import Testing

@testable import Gateway

/// Which bucket pays for what, and how much may be in work at once.
@Suite(.timeLimit(.minutes(1))) struct AdmissionTests {
    @Test func aHitCostsItsCallersBucketOnly() async {
        let rig = Rig(configured: {
            $0.throttle.caller = .init(key: .address, rate: 1, burst: 5)
            $0.throttle.identity = .init(key: .identity, rate: 1, burst: 1)
            $0.throttle.upstream = .init(key: .none, rate: 1, burst: 1)
        })
        for _ in 0..<5 { #expect(await rig.get().status == 200) }
        #expect(rig.origin.count == 1)
        #expect(await rig.get()["RateLimit-Policy"] == "\"caller\";q=5;w=5")
        let other = Peer(address: "10.0.0.2")
        let refused = await rig.send(.get(Rig.dataset), from: other)
        #expect(refused.status == 429)
        #expect(refused["RateLimit-Policy"] == "\"identity\";q=1;w=1")
        #expect(await rig.send(.get(), from: other).status == 200, "what is cached is still free")
    }

    @Test func eachIdentityHasABucketOfItsOwn() async {
        let rig = Rig(configured: { $0.throttle.identity = .init(key: .identity, rate: 1, burst: 1) })
        #expect(await rig.get(Rig.dataset).status == 200)
        #expect(await rig.get(Rig.dataset).status == 429)
        #expect(await rig.get(Rig.dataset.replacing("0001", with: "0002")).status == 200)
        #expect(await rig.get("/identitypools").status == 200, "what concerns no identity pays for none")
        #expect(await rig.get("/identitypools").status == 200)
    }

    @Test func whatTheUpstreamBucketRefusesItsIdentityDoesNotPayFor() async {
        let rig = Rig(configured: {
            $0.throttle.identity = .init(key: .identity, rate: 1, burst: 2)
            $0.throttle.upstream = .init(key: .none, rate: 1_000_000, burst: 1)
        })
        #expect(await rig.get(Rig.dataset).status == 200)
        for _ in 0..<3 {
            let refused = await rig.get(Rig.dataset)
            #expect(refused["RateLimit-Policy"]?.hasPrefix("\"upstream\"") == true)
        }
        rig.clock.advance(by: .microseconds(1))
        #expect(await rig.get(Rig.dataset).status == 200)
        #expect(rig.origin.count == 2)
    }

    @Test func aCertificateIsAKeyOfItsOwn() async {
        let rig = Rig(configured: { $0.throttle.caller = .init(key: .certificate, rate: 1, burst: 1) })
        for name in ["one", "two"] {
            let peer = Peer(address: "10.0.0.1", certificate: name)
            #expect(await rig.send(.get(), from: peer).status == 200)
            #expect(await rig.send(.get(), from: peer).status == 429)
        }
        #expect(await rig.get().status == 200, "who has none is known by address")
    }

    @Test func aSharedBucketIsEverybodys() async {
        let rig = Rig(configured: { $0.throttle.caller = .init(key: .none, rate: 1, burst: 2) })
        let statuses = [
            await rig.send(.get(), from: Peer(address: "10.0.0.1")).status,
            await rig.send(.get(), from: Peer(address: "10.0.0.2")).status,
            await rig.send(.get(), from: Peer(address: "10.0.0.3")).status,
        ]
        #expect(statuses == [200, 200, 429])
    }

    @Test(arguments: [Rig.records.replacing("profile", with: "other"), Rig.dataset])
    func beyondTheCapOnRequestsInFlightIsRefusedAtOnce(path: String) async {
        let gate = Signal()
        let rig = Rig(configured: { $0.limits.inFlight = 2 }) { call in
            if call.number > 0 { await gate.reached() }
            return .page(1)
        }
        let cached = Rig.records + "?maxResults=9"
        #expect(await rig.get(cached).status == 200)
        let peer = Peer(address: "10.0.0.1")
        let held = (0..<2).map { _ in rig.pipeline.respond(to: .get(path), from: peer) }
        let tasks = held.map { answer in Task { await rig.answer(answer) } }
        for refused in [await rig.get(path), await rig.get(Rig.dataset), await rig.update()] {
            #expect(refused.status == 503)
            #expect(refused["x-amzn-ErrorType"] == "ServiceUnavailableException")
            #expect(refused["Retry-After"] == "1")
            #expect(refused["x-amz-retry-after"] == "1000")
        }
        #expect(await rig.get(cached).status == 200, "a hit takes no place")
        #expect(rig.metrics.exposition().contains("syncgate_refused_total{reason=\"in_flight\"} 3"))
        gate.fire()
        for task in tasks { #expect(await task.value.status == 200) }
        #expect(await rig.get(Rig.dataset).status == 200)
        #expect(rig.admission.inFlight == 0)
    }

    @Test func aFetchThatFindsNoPlaceLeavesNobodyWaiting() async {
        let rig = Rig(configured: { $0.limits.inFlight = 0 })
        #expect(await rig.get().status == 503)
        #expect(await rig.get().status == 503)
        #expect(rig.reads.statistics.flights == 0)
    }

    @Test func anAnswerThatIsNeverAskedForGivesItsPlaceBack() {
        let rig = Rig(configured: { $0.limits.inFlight = 1 })
        do { _ = rig.pipeline.respond(to: .get(Rig.dataset), from: Peer(address: "10.0.0.1")) }
        #expect(rig.admission.inFlight == 0)
    }
}
