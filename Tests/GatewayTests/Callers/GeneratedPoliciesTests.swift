import CognitoSync
import Cryptography
import Messages
import TestSupport
import Testing

@testable import Gateway
@testable import GatewayConfiguration

/// Generated policies on both ways of a read: it is served if and only if a grant covers it.
///
/// A refused one causes no request upstream and no look-up in the cache. The targets come again and again, from
/// callers with other rights, so that the fast path has them.
struct GeneratedPoliciesTests {
    private static let pools = (1...2).map { "us-east-1:00000000-0000-4000-8000-00000000000\($0)" }
    private static let identities = (1...2).map { "us-east-1:aaaaaaaa-0000-4000-8000-00000000000\($0)" }
    private static let datasets = ["profile", "settings.a", "settings.b"]
    private static let patterns = ["profile", "settings.*", "*", "*.b", "s*s.a", "other"]
    private static let callers = 3

    /// A grant as a person would read it, from which the expectation is made.
    private struct Rule {
        var reads: Bool
        var pools: [String]?
        var identities: [String]?
        var patterns: [String]?

        init(_ random: inout SplitMix64) {
            func some<Element>(_ all: [Element]) -> [Element]? {
                Bool.random(using: &random) ? nil : all.filter { _ in Bool.random(using: &random) }
            }
            reads = Int.random(in: 0..<4, using: &random) > 0
            pools = some(GeneratedPoliciesTests.pools)
            identities = some(GeneratedPoliciesTests.identities)
            patterns = some(GeneratedPoliciesTests.patterns)
        }

        func covers(_ target: Target) -> Bool {
            reads && (pools?.contains(target.pool) ?? true) && (identities?.contains(target.identity) ?? true)
                && (patterns?.contains { Self.matches($0, target.dataset) } ?? true)
        }

        /// Matches by recursion, which the product does not.
        private static func matches(_ pattern: some StringProtocol, _ name: some StringProtocol) -> Bool {
            guard let first = pattern.first else { return name.isEmpty }
            if first == "*" {
                return matches(pattern.dropFirst(), name)
                    || !name.isEmpty && matches(pattern, name.dropFirst())
            }
            return name.first == first && matches(pattern.dropFirst(), name.dropFirst())
        }

        var grant: Configuration.CallerGrant {
            var grant = Configuration.CallerGrant(
                operations: reads ? .only([.listRecords]) : .only([.listDatasets])
            )
            if let pools { grant.identityPools = .only(Set(pools.compactMap { IdentityPoolID($0) })) }
            if let identities { grant.identities = .only(Set(identities.compactMap { IdentityID($0) })) }
            if let patterns { grant.datasets = .only(Set(patterns)) }
            return grant
        }
    }

    private struct Target {
        var pool: String
        var identity: String
        var dataset: String

        init(_ random: inout SplitMix64) {
            pool = GeneratedPoliciesTests.pools.randomElement(using: &random) ?? ""
            identity = GeneratedPoliciesTests.identities.randomElement(using: &random) ?? ""
            dataset = GeneratedPoliciesTests.datasets.randomElement(using: &random) ?? ""
        }

        var path: String { "/identitypools/\(pool)/identities/\(identity)/datasets/\(dataset)/records" }
    }

    private static func key(_ number: Int) -> String {
        "key-number-\(number)-" + String(repeating: "k", count: 32)
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func aReadIsServedIfAndOnlyIfAGrantCoversIt(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let rules = (0..<Self.callers).map { _ in
            (0..<Int.random(in: 0...3, using: &random)).map { _ in Rule(&random) }
        }
        let lines = (0..<Self.callers).map { number in
            "c\(number):\(Hexadecimal.text(Digest.sha256(Array(Self.key(number).utf8))))"
        }
        let harness = PipelineHarness(
            configured: { configuration in
                configuration.cache.fresh = .seconds(3600)
                configuration.callers.by.apiKey.file = "keys"
                configuration.callers.list = rules.enumerated().map { number, rules in
                    Configuration.NamedCaller(
                        name: "c\(number)",
                        candidates: [.key("c\(number)")],
                        grants: rules.map(\.grant)
                    )
                }
            },
            keys: try APIKeys.parse(lines.joined(separator: "\n"), of: "keys")
        )
        var (served, denied) = (0, 0)
        try await FastPathHarness.run(harness) { gateway in
            for _ in 0..<120 {
                let target = Target(&random)
                let number = Int.random(in: 0..<Self.callers, using: &random)
                let isCovered = rules[number].contains { $0.covers(target) }
                let (asked, lookups) = (harness.upstream.count, harness.lookups)
                let response = try await gateway.get(
                    target.path,
                    regular: Int.random(in: 0..<8, using: &random) == 0,
                    credential: "x-api-key: \(Self.key(number))"
                )
                try #require(
                    response.status == (isCovered ? 200 : 403),
                    "\(number) \(target) \(rules[number])"
                )
                if isCovered {
                    served += 1
                } else {
                    denied += 1
                    try #require(harness.upstream.count == asked)
                    try #require(harness.lookups == lookups)
                }
            }
            #expect(served == 0 || gateway.responder.count.value > 0, "the fast path is among what is tested")
        }
        #expect(served + denied == 120)
    }
}
