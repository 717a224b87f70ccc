import CognitoSync
import Messages
import Policy
import Testing

/// Generated policies: a request is allowed if and only if some grant covers it.
@Suite struct GrantPropertyTests {
    @Test(arguments: [1, 2, 3, 4]) func aRequestIsAllowedIfAndOnlyIfAGrantCoversIt(seed: UInt64) {
        var draws = GrantDraws(random: SplitMix64(seed: seed))
        var (allowed, refusals): (Int, Set<CallerRefusal>) = (0, [])
        for _ in 0..<1000 {
            let oracle = draws.policy()
            let entry = CallerDirectory.Entry(
                name: "a",
                candidates: ["key:a"],
                grants: oracle.grants.map { CallerGrant($0) }
            )
            let directory = CallerDirectory([
                CallerDirectory.Entry(name: "z", candidates: [], grants: []), entry,
            ])
            for _ in 0..<20 {
                let request = draws.request()
                let decision = directory.decide(
                    1,
                    request.operation,
                    pool: request.pool.flatMap { IdentityPoolID($0) },
                    identity: request.identity.flatMap { IdentityID($0) },
                    dataset: request.dataset.flatMap { DatasetName($0) },
                    own: request.own.compactMap { IdentityID($0) }
                )
                switch (decision, oracle.rule(request)) {
                case (.allowed(let rule), let expected):
                    allowed += 1
                    #expect(rule == expected, "\(oracle.grants) \(request)")
                case (.refused(let refusal), let expected):
                    refusals.insert(refusal)
                    #expect(expected == nil, "\(oracle.grants) \(request)")
                }
            }
        }
        // Of 20 000 requests, both kinds are many, and each bound has refused some.
        #expect((2000...17_000).contains(allowed))
        #expect(refusals == Set(CallerRefusal.allCases))
    }
}
