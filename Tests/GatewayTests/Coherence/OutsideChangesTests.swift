import CognitoSync
import Emulator
import GatewayConfiguration
import Messages
import Policy
import Testing

@testable import Gateway

/// Changes past the gateway that no count shows: C-3, C-5 and C-7.
@Suite(.timeLimit(.minutes(1))) struct OutsideChangesTests {
    private let other = "us-east-1:aaaaaaaa-0000-4000-8000-000000000002"

    /// Safeguard: a write's response confirms nothing, so that a delta is sent each `fresh`: C-5.
    @Test func aMergeIsSeenWithinFreshWhileSomebodyWrites() async throws {
        let gateway = EmulatedGateway(configured: { $0.cache.fresh = .seconds(1) })
        let loser = try #require(IdentityID(other))
        let owner = IdentityScope(pool: gateway.scope.owner.pool, identity: loser)
        _ = try gateway.outside { store, now in
            let scope = DatasetScope(owner: owner, dataset: gateway.scope.dataset)
            return try store.write(scope, [Patch(key: "k", value: "v", syncCount: nil)], at: now)
        }
        try gateway.writeOutside(["a": "0"])
        _ = await gateway.read()
        // With tokens of AWS, so that the gateway sees no page but its own.
        func writeAndRead() async throws -> Response {
            let now = Timestamp(milliseconds: gateway.harness.clock.gatewayClock.wall() / 1_000_000)
            let token = try gateway.emulator.withStore {
                try $0.listRecords(ListRecords(scope: gateway.scope), at: now).sessionToken
            }
            let patch = EmulatedPatch("a", "\(now.milliseconds)", at: 100)
            #expect(await gateway.write([patch], token: token).status == 200)
            return await gateway.read()
        }
        for _ in 0..<20 {
            #expect(try await writeAndRead().status == 200)
            gateway.harness.clock.advance(by: .milliseconds(200))
        }
        try gateway.emulator.withStore {
            let now = Timestamp(milliseconds: gateway.harness.clock.gatewayClock.wall() / 1_000_000)
            try $0.merge(loser, into: gateway.scope.owner.identity, of: gateway.scope.owner.pool, at: now)
        }
        let merged = gateway.harness.clock.now
        while !(try await writeAndRead().content.contains("profile.\(other)")) {
            guard gateway.harness.clock.now.nanoseconds(since: merged) < 1_000_000_000 else {
                Issue.record("the merge was not seen within fresh")
                return
            }
            gateway.harness.clock.advance(by: .milliseconds(200))
        }
    }

    /// Safeguard: the digest of a cursor is that of the bytes of the records: C-7.
    @Test(arguments: [false, true])
    func aPaginationNeverShowsTwoStates(isRetained: Bool) async throws {
        let gateway = EmulatedGateway(rules: { $0.counterAfterDelete = .restarts })
        let keys = ["a", "b", "c", "d"]
        func records(_ value: String) -> [String: String] {
            Dictionary(uniqueKeysWithValues: keys.map { ($0, value) })
        }
        try gateway.writeOutside(records("old"))
        let first = await gateway.read("?maxResults=2")
        #expect(first.values == ["a": "old", "b": "old"])
        let token = try #require(first.token("NextToken"))
        try gateway.remakeOutside(records("new"))
        if isRetained {
            // Another reader brings the new dataset into the cache.
            #expect(await gateway.read(noCache: true).values == records("new"))
        } else {
            _ = gateway.harness.recordsCache.purge(pool: nil, identity: nil, dataset: nil)
            #expect(await gateway.read().values == records("new"))
        }
        let second = await gateway.read("?maxResults=2&nextToken=\(token)")
        #expect(second.values == ["c": "old", "d": "old"] || second.status == 400, "\(second.content)")
    }

    /// Safeguard: a revalidation that lands where nothing is cached keeps the facts of the incarnation: C-3.
    ///
    /// The records are too heavy for the look-back, so that only the date of the creation can tell.
    @Test func anEvictionDuringARevalidationMakesNoStalePermanent() async throws {
        let gateway = EmulatedGateway(
            rules: { $0.counterAfterDelete = .restarts },
            configured: { $0.cache.identityCheck = .seconds(10) }
        )
        let (old, new) = (String(repeating: "o", count: 5000), String(repeating: "n", count: 5000))
        try gateway.writeOutside(["a": old])
        #expect(await gateway.read().values == ["a": old])
        try gateway.remakeOutside(["a": new])
        let start = gateway.harness.clock.now
        gateway.harness.clock.advance(by: .seconds(5))
        let (cache, limits) = (
            gateway.harness.recordsCache, gateway.harness.currentRuntime.value.configuration.cacheLimits
        )
        gateway.forward { received in
            guard received.path.contains("/records") else { return }
            cache.resize(RecordsLimits(bytes: 0))
            cache.resize(limits)
        }
        _ = await gateway.read()
        gateway.forward { _ in }
        var values = await gateway.read().values
        while values != ["a": new] {
            guard gateway.harness.clock.now.nanoseconds(since: start) < 16_000_000_000 else {
                Issue.record("the old dataset outlived identity_check and fresh")
                return
            }
            gateway.harness.clock.advance(by: .seconds(1))
            values = await gateway.read().values
        }
    }
}
