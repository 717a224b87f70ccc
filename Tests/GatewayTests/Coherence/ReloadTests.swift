import CognitoSync
import GatewayConfiguration
import HTTPTypes
import Messages
import Serving
import Testing

@testable import Gateway

/// Reloads while a fetch of the old runtime is under way: C-6.
@Suite(.timeLimit(.minutes(1))) struct ReloadTests {
    private let harness: PipelineHarness
    /// The upstream of the runtime after the reload.
    private let newUpstream = ScriptedSender { .page(7, "new, asked since \($0.lastSyncCount)") }
    private let gate = Signal()

    init() {
        let gate = gate
        harness = PipelineHarness { received in
            if received.number > 0 { await gate.reached() }
            return .page(received.number == 0 ? 1 : 2, "old")
        }
    }

    /// The listings that the old upstream was asked for.
    private var listings: Int { harness.upstream.requests.count { $0.path.contains("/records") } }

    /// Reads, lets the page become stale, and reads again; returns when the revalidation is under way.
    private func startRevalidation() async -> PendingResponse {
        _ = await harness.get()
        harness.clock.advance(by: .seconds(6))
        let read = harness.pipeline.respond(to: .get(), from: Caller(address: "10.0.0.1"))
        await harness.upstream.arrived.reached(2)
        return read
    }

    /// Safeguard: the second round is of the runtime in force.
    @Test func aRevalidationOfTheOldUpstreamIsAskedAgainOfTheNew() async {
        let read = await startRevalidation()
        harness.reload(to: newUpstream)
        gate.fire()
        let response = await harness.response(of: read)
        #expect(response.syncCount == 7 && response.content.contains("new, asked since 0"))
        #expect(listings == 2)
    }

    /// Safeguard: nothing of an earlier generation is cached.
    @Test(arguments: [true, false]) func nothingOfTheOldUpstreamIsCached(isReadBetween: Bool) async {
        let read = await startRevalidation()
        harness.reload(to: newUpstream)
        if isReadBetween { #expect(await harness.get().syncCount == 7) }
        gate.fire()
        _ = await harness.response(of: read)
        for age in [0, 6] {
            harness.clock.advance(by: .seconds(age))
            let response = await harness.get()
            #expect(response.syncCount == 7 && response.content.contains("new, asked since 0"))
        }
        #expect(listings == 2)
    }

    /// Safeguard: a page that was rendered with the old key is not cached.
    @Test func noPageCarriesATokenOfTheOldKey() async throws {
        let read = await startRevalidation()
        harness.reload(to: newUpstream)
        gate.fire()
        _ = await harness.response(of: read)
        let scope = DatasetScope.sample(
            pool: PipelineHarness.pool,
            identity: PipelineHarness.identity,
            dataset: "profile"
        )
        for query in ["", "?maxResults=5", "?lastSyncCount=7"] {
            let page = await harness.get(PipelineHarness.records + query)
            let token = try #require(page.token("SyncSessionToken"))
            let now = harness.clock.gatewayClock.wall() / 1_000_000_000
            let tokens = try #require(harness.currentRuntime.value.sessionTokens)
            #expect(tokens.classify(token, for: scope, now: now) == .valid, "\(query)")
        }
    }

    /// Safeguard: a listing of the old upstream that nobody asks again does not get in either.
    @Test func aFirstListingOfTheOldUpstreamIsNotCached() async {
        harness.upstream.respond { [gate] _ in
            await gate.reached()
            return .page(2, "old")
        }
        let read = harness.pipeline.respond(to: .get(), from: Caller(address: "10.0.0.1"))
        await harness.upstream.arrived.reached(1)
        harness.reload(to: newUpstream)
        gate.fire()
        _ = await harness.response(of: read)
        #expect(await harness.get().syncCount == 7)
    }

    /// Safeguard: the other cache goes by the generation too.
    @Test func noMetadataOfTheOldUpstreamIsCached() async {
        let list = "/identitypools/\(PipelineHarness.pool)/identities/\(PipelineHarness.identity)/datasets"
        @Sendable func datasets(_ count: Int) -> Response { .aws(#"{"Count":\#(count),"Datasets":[]}"#) }
        let harness = PipelineHarness(configured: { $0.cache.reads = .init() })
        harness.upstream.respond { [gate] _ in
            await gate.reached()
            return datasets(1)
        }
        let read = harness.pipeline.respond(to: .get(list), from: Caller(address: "10.0.0.1"))
        await harness.upstream.arrived.reached(1)
        harness.reload(to: ScriptedSender { _ in datasets(2) })
        gate.fire()
        _ = await harness.response(of: read)
        #expect(await harness.get(list).content.contains(#""Count":2"#))
    }

    /// Safeguard: another way to list tombstones drops what is cached.
    @Test func anotherListingOfTombstonesReachesWhatIsCached() async {
        let harness = PipelineHarness()
        _ = await harness.get()
        harness.reload {
            $0.cache.listingTombstones = $0.cache.listingTombstones == .yes ? .no : .yes
        }
        #expect(await harness.get()["Cache-Status"] == "syncgate; fwd=uri-miss; stored")
    }
}
