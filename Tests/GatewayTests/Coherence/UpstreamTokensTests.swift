import GatewayConfiguration
import HTTPTypes
import Messages
import Serving
import Testing

@testable import Gateway
@testable import GatewayConfiguration

/// Pages with the session tokens of AWS (`session_tokens: upstream`), each for one caller: C-11.
@Suite(.timeLimit(.minutes(1))) struct UpstreamTokensTests {
    private func gateway() throws -> EmulatedGateway {
        let gateway = EmulatedGateway(configured: { $0.cache.tokens.session = .upstream })
        try gateway.writeOutside(["a": "1", "b": "1", "c": "1"])
        return gateway
    }

    /// Safeguard: no page with such a token is served twice.
    @Test func eachReadHasATokenOfItsOwn() async throws {
        let gateway = try gateway()
        let pages = [await gateway.read(), await gateway.read(), await gateway.read("?maxResults=2")]
        let tokens = try pages.map { try #require($0.token("SyncSessionToken")) }
        #expect(Set(tokens).count == 3)
        #expect(tokens.allSatisfy { gateway.upstreamTokens.contains($0.replacing(#"\/"#, with: "/")) })
        #expect(!pages.contains { $0.isHit })
    }

    @Test func twoWritersSucceedWithThem() async throws {
        let gateway = try gateway()
        let pages = [await gateway.read(), await gateway.read()]
        for (page, key) in zip(pages, ["a", "b"]) {
            let token = try #require(page.token("SyncSessionToken"))
            #expect(await gateway.write([EmulatedPatch(key, "2", at: 1)], token: token).status == 200)
        }
        #expect(gateway.harness.upstream.requests.count { $0.method == .post } == 2)
        #expect(await gateway.read().values == ["a": "2", "b": "2", "c": "1"])
    }

    /// Safeguard: a fetch whose page has such a token is not joined.
    @Test func readsAtOnceShareNoFetch() async throws {
        let gateway = try gateway()
        let gate = Signal()
        gateway.forward { _ in await gate.reached() }
        let reads = (0..<2).map { _ in
            gateway.harness.pipeline.respond(to: .get(), from: Caller(address: "10.0.0.1"))
        }
        await gateway.harness.upstream.arrived.reached(2)
        gate.fire()
        var tokens: Set<String> = []
        for read in reads {
            tokens.insert(await gateway.harness.response(of: read).token("SyncSessionToken") ?? "")
        }
        #expect(tokens.count == 2)
    }

    /// Safeguard: the cursor takes the token to the next page of the same caller.
    @Test func aPaginationHasOneToken() async throws {
        let gateway = try gateway()
        let first = await gateway.read("?maxResults=2")
        _ = await gateway.read()
        let next = try #require(first.token("NextToken"))
        let second = await gateway.read("?maxResults=2&nextToken=\(next)")
        #expect(second.values == ["c": "1"])
        #expect(second.token("SyncSessionToken") == first.token("SyncSessionToken"))
    }
}
