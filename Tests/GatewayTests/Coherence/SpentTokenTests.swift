import CognitoSync
import Emulator
import GatewayConfiguration
import HTTPTypes
import Messages
import Testing

@testable import Gateway

/// Session tokens of AWS, each good for one write: C-11.
@Suite(.timeLimit(.minutes(1))) struct SpentTokenTests {
    private func count(_ outcome: String, _ gateway: EmulatedGateway) -> Int? {
        gateway.harness.metric(#"syncgate_session_tokens_total{outcome="\#(outcome)"}"#)
    }

    private func posts(_ gateway: EmulatedGateway) -> Int {
        gateway.harness.upstream.requests.count { $0.method == .post }
    }

    /// Safeguard: a token at hand is taken by one write.
    @Test(arguments: ServiceRules.TokenRefusal.allCases)
    func twoWritersWithOneCachedPageBothSucceed(form: ServiceRules.TokenRefusal) async throws {
        let gateway = EmulatedGateway(rules: { ($0.tokenUse, $0.spentToken) = (.once, form) })
        try gateway.writeOutside(["a": "1", "b": "1"])
        let pages = [await gateway.read(), await gateway.read()]
        #expect(gateway.calls == 1)
        for (page, key) in zip(pages, ["a", "b"]) {
            let token = try #require(page.token("SyncSessionToken"))
            #expect(await gateway.write([EmulatedPatch(key, "2", at: 1)], token: token).status == 200)
        }
        #expect(posts(gateway) == 2, "none was refused")
        #expect(gateway.calls == 4, "the second write fetched a token")
        #expect(["held", "fetched", "refused"].map { count($0, gateway) } == [1, 1, 0])
    }

    /// Safeguard: as above, and unspent tokens are kept with the state.
    @Test(arguments: ServiceRules.TokenRefusal.allCases)
    func aWriteCostsTwoRequestsAtMost(form: ServiceRules.TokenRefusal) async throws {
        let gateway = EmulatedGateway(
            rules: { ($0.tokenUse, $0.spentToken, $0.expiredToken) = (.once, form, form) },
            configured: { $0.cache.fresh = .seconds(1) }
        )
        try gateway.writeOutside(["a": "0", "b": "0"])
        var reads = 0
        for round in 1...15 {
            for key in ["a", "b"] {
                let before = gateway.calls
                let page = await gateway.read()
                reads += gateway.calls - before
                let patch = EmulatedPatch(key, "\(round)", at: page.syncCount ?? 0)
                let token = try #require(page.token("SyncSessionToken"))
                #expect(await gateway.write([patch], token: token).status == 200)
                gateway.harness.clock.advance(by: .milliseconds(400))
            }
        }
        #expect(posts(gateway) == 30)
        #expect(gateway.calls - reads <= 60)
        #expect(count("refused", gateway) == 0)
        let held = try #require(count("held", gateway))
        #expect(held > 0 && held + (count("fetched", gateway) ?? 0) == 30)
        #expect(gateway.calls - reads == 60 - held)
    }

    /// Safeguard: every refusal that speaks of a token or a session leads to one fresh token.
    @Test(arguments: ServiceRules.TokenRefusal.allCases)
    func aTokenThatAnotherSpentIsReplacedOnce(form: ServiceRules.TokenRefusal) async throws {
        let gateway = EmulatedGateway(rules: { ($0.tokenUse, $0.spentToken) = (.once, form) })
        try gateway.writeOutside(["a": "1"])
        let page = await gateway.read()
        let token = try #require(gateway.upstreamTokens.last)
        _ = try gateway.outside { store, now in
            let patch = Patch(key: "z", value: "another's", syncCount: nil)
            return try store.updateRecords(gateway.scope, token: token, patches: [patch], at: now)
        }
        let own = try #require(page.token("SyncSessionToken"))
        #expect(await gateway.write([EmulatedPatch("a", "2", at: 1)], token: own).status == 200)
        #expect(posts(gateway) == 2)
        #expect(["held", "fetched", "refused"].map { count($0, gateway) } == [0, 1, 1])
    }

    /// Safeguard: the text of a token says when it ends.
    @Test(arguments: [(29, "held"), (32, "fetched"), (59, "fetched"), (120, "fetched")])
    func aTokenThatEndsSoonIsNotSent(age: Int, outcome: String) async throws {
        let gateway = EmulatedGateway(rules: { $0.tokenLifetime = 60_000 })
        try gateway.writeOutside(["a": "1"])
        let own = try #require(await gateway.read().token("SyncSessionToken"))
        gateway.harness.clock.advance(by: .seconds(age))
        #expect(await gateway.write([EmulatedPatch("a", "2", at: 1)], token: own).status == 200)
        #expect(count(outcome, gateway) == 1)
        #expect(posts(gateway) == 1)
    }

    /// Safeguard: a token whose text does not say so is good for 270 s.
    @Test(arguments: [(269, 0), (270, 1)]) func aTokenOfAnotherFormIsGoodForItsAge(
        age: Int,
        fetches: Int
    ) async throws {
        let harness = PipelineHarness { $0.method == .post ? .updated(2) : .page(1) }
        let own = try #require(await harness.get().token("SyncSessionToken"))
        harness.clock.advance(by: .seconds(age))
        let body = String(decoding: Request.update().body, as: UTF8.self).replacing(
            #""token""#,
            with: "\"\(own)\""
        )
        #expect(await harness.send(.make(.post, PipelineHarness.dataset, body)).status == 200)
        #expect(harness.upstream.count == 2 + fetches)
    }
}
