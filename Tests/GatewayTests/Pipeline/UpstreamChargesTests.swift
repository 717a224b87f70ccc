import CognitoSync
import HTTPTypes
import Messages
import Telemetry
import Testing
import Upstream

@testable import Gateway
@testable import GatewayConfiguration

/// The tokens that upstream requests cost: one for each, whatever caused it.
@Suite(.timeLimit(.minutes(1))) struct UpstreamChargesTests {
    /// Returns a gateway whose upstream bucket holds `burst` tokens and gains one each second.
    private func harness(
        burst: Int64,
        configured configure: (inout Configuration) -> Void,
        _ script: @escaping ScriptedSender.Script = { _ in .page(1) }
    ) -> PipelineHarness {
        PipelineHarness(
            configured: {
                $0.throttle.upstream = .init(rate: 1, burst: burst)
                configure(&$0)
            },
            script
        )
    }

    private func harness(burst: Int64, _ script: @escaping ScriptedSender.Script) -> PipelineHarness {
        harness(burst: burst, configured: { _ in }, script)
    }

    private func checkingEachTime(_ configuration: inout Configuration) {
        configuration.cache.fresh = .zero
        configuration.cache.identityCheck = .zero
    }

    /// A page too heavy for the look-back: only the date of the creation shows the incarnation.
    private static let heavyPage = Response.page(1, String(repeating: "v", count: 5000))

    private static let other = PipelineHarness.dataset.replacing("profile", with: "other")

    /// Checks the number of seconds until the bucket of upstream admits again.
    private func expectDebt(paidAfter seconds: Int, on harness: PipelineHarness) async {
        let refused = await harness.get(Self.other)
        #expect(refused.status == 429)
        #expect(refused["RateLimit-Policy"]?.hasPrefix("\"upstream\"") == true)
        #expect(refused["Retry-After"] == String(seconds))
        harness.clock.advance(by: .seconds(seconds) - .nanoseconds(1))
        #expect(await harness.get(Self.other).status == 429)
        harness.clock.advance(by: .nanoseconds(1))
        #expect(await harness.get(Self.other).status == 200)
    }

    @Test func theBurstBoundsTheRequestsThatUpstreamSees() async {
        let harness = harness(burst: 5, configured: checkingEachTime) { _ in Self.heavyPage }
        var statuses: [Int] = []
        for _ in 0..<8 { statuses.append(await harness.get().status) }
        #expect(statuses == [200, 200, 200] + [Int](repeating: 429, count: 5))
        #expect(harness.upstream.count == 5, "a listing, then twice a delta and a check of the incarnation")
    }

    @Test func aRequestThatHasBegunMayGetTheBucketIntoDebt() async {
        let harness = harness(burst: 4, configured: checkingEachTime) { _ in Self.heavyPage }
        for _ in 0..<3 { #expect(await harness.get().status == 200) }
        #expect(harness.upstream.count == 5)
        await expectDebt(paidAfter: 2, on: harness)
    }

    @Test func furtherPagesAreCharged() async {
        let harness = harness(burst: 1) { received in
            let page = Response.page(1)
            guard !received.path.contains("nextToken") else { return page }
            return .aws(page.content.replacing(#""NextToken":null"#, with: #""NextToken":"t""#))
        }
        _ = await harness.get()
        #expect(harness.upstream.requests.contains { $0.path.contains("nextToken") })
        await expectDebt(paidAfter: 2, on: harness)
    }

    @Test func aRevalidationAfterAConflictIsCharged() async throws {
        let harness = harness(burst: 3) {
            $0.method == .post ? .awsError(409, "ResourceConflictException") : .page($0.number == 0 ? 1 : 2)
        }
        _ = await harness.get()
        #expect(await harness.update().status == 409)
        try await harness.waitUntilIdle()
        // The delta is a first request, the check of the incarnation is not.
        #expect(harness.upstream.count == 4)
        await expectDebt(paidAfter: 2, on: harness)
    }

    @Test func aRevalidationAfterAConflictWithoutATokenIsLeftToTheNextRead() async throws {
        let harness = harness(burst: 2) {
            $0.method == .post ? .awsError(409, "ResourceConflictException") : .page($0.number == 0 ? 1 : 2)
        }
        _ = await harness.get()
        #expect(await harness.update().status == 409)
        try await harness.waitUntilIdle()
        #expect(harness.upstream.count == 2)
        #expect(decisions("refused", on: harness) == 1)
        harness.clock.advance(by: .seconds(1))
        #expect(await harness.get().syncCount == 2)
    }

    @Test func anInquiryIsChargedAndNeverRefused() async {
        let harness = harness(burst: 2) { received throws(UpstreamError) in
            if received.method == .post { throw UpstreamError(.cut, phase: .sent, detail: "") }
            return .page(received.number == 0 ? 1 : 2)
        }
        _ = await harness.get()
        #expect(await harness.update().status == 200)
        #expect(
            harness.upstream.count == 4,
            "a listing, the write, the inquiry and a check of the incarnation"
        )
        await expectDebt(paidAfter: 3, on: harness)
    }

    @Test func theFetchOfATokenIsCharged() async throws {
        let harness = harness(burst: 1) { $0.method == .post ? .updated(2) : .page(1) }
        let tokens = try #require(harness.currentRuntime.value.sessionTokens)
        let token = tokens.mint(
            for: .sample(pool: PipelineHarness.pool, identity: PipelineHarness.identity, dataset: "profile"),
            now: harness.clock.gatewayClock.wall() / 1_000_000_000
        )
        let body = Request.update().body
        let text = String(decoding: body, as: UTF8.self).replacing(#""token""#, with: "\"\(token)\"")
        #expect(await harness.send(.make(.post, PipelineHarness.dataset, text)).status == 200)
        #expect(harness.upstream.count == 2)
        await expectDebt(paidAfter: 2, on: harness)
    }

    @Test(arguments: [(1, 1), (2, 2), (3, 2)])
    func aRetryWithoutATokenIsNotMade(burst: Int64, requests: Int) async {
        let harness = harness(burst: burst) { _ in .awsError(500, "InternalErrorException") }
        let response = await harness.get(PipelineHarness.dataset)
        #expect(response.status == 500)
        #expect(response["x-syncgate-origin"] == nil, "the response is that of AWS")
        #expect(harness.upstream.count == requests)
        #expect(decisions("refused", on: harness) == (requests == 1 ? 1 : 0))
        #expect(decisions("admitted", on: harness) == requests)
    }

    @Test func whatAnOperationTakesIsChargedToItsIdentity() async {
        let harness = PipelineHarness(
            configured: {
                $0.throttle.identity = .init(key: .identity, rate: 1, burst: 2)
                checkingEachTime(&$0)
            },
            { _ in Self.heavyPage }
        )
        for _ in 0..<2 { #expect(await harness.get().status == 200) }
        let refused = await harness.get()
        #expect(refused["RateLimit-Policy"]?.hasPrefix("\"identity\"") == true)
        #expect(refused["Retry-After"] == "2")
        #expect(await harness.get(PipelineHarness.records.replacing("0001", with: "0002")).status == 200)
    }

    @Test func aRetryRefusedByUpstreamDoesNotChargeTheIdentity() async {
        let harness = harness(
            burst: 1,
            configured: { $0.throttle.identity = .init(key: .identity, rate: 1, burst: 2) },
            { $0.number == 0 ? .awsError(500, "InternalErrorException") : .page(1) }
        )
        #expect(await harness.get(PipelineHarness.dataset).status == 500)
        harness.clock.advance(by: .seconds(1))
        #expect(await harness.get(PipelineHarness.dataset).status == 200)
        #expect(harness.upstream.count == 2)
    }

    private func decisions(_ decision: String, on harness: PipelineHarness) -> Int? {
        let series = "syncgate_throttle_decisions_total{policy=\"upstream\",decision=\"\(decision)\"} "
        return harness.metrics.exposition().split(separator: "\n").first { $0.hasPrefix(series) }
            .flatMap { Int($0.dropFirst(series.count)) }
    }
}
