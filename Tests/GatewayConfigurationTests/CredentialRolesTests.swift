import CognitoSync
import CredentialSources
import Testing

@testable import GatewayConfiguration

/// The roles of identity pools: a list of mappings.
struct CredentialRolesTests {
    private static let pool = "us-east-1:0f6a0000-0000-0000-0000-000000000001"
    private static let other = "us-east-1:0f6a0000-0000-0000-0000-000000000002"
    private static let arn = "arn:aws:iam::123456789012:role/sync"

    private func roles(
        _ text: String,
        _ environment: [String: String] = [:]
    ) throws -> [Configuration.PoolRole] {
        try load("credentials: { roles: \(text) }", environment: environment).get().configuration.credentials
            .roles
    }

    @Test
    func aRoleHasPoolsAnARNAndMore() throws {
        let (pool, other, arn) = (Self.pool, Self.other, Self.arn)
        let read = try roles(
            "[{ identity_pools: [\(pool), \(other)], arn: \"${ARN}\", external_id: a/b, source: profile }]",
            ["ARN": arn]
        )
        let pools = try [#require(IdentityPoolID(pool)), #require(IdentityPoolID(other))]
        #expect(
            read == [
                Configuration.PoolRole(identityPools: pools, arn: arn, externalID: "a/b", source: .profile)
            ]
        )
        #expect(try roles("[{ identity_pools: \(pool), arn: \(arn), source: default }]").first?.source == nil)
        #expect(try roles("[]") == [])
        #expect(try roles("") == [])
    }

    @Test
    func whatIsPrintedReadsBackAsTheSame() throws {
        var configuration = Configuration()
        configuration.credentials.roles = try roles(
            "[{ identity_pools: [\(Self.pool)], arn: \(Self.arn), external_id: \"a@b\", source: web_identity },"
                + " { identity_pools: [\(Self.other)], arn: \(Self.arn) }]"
        )
        #expect(try load(configuration.redactedYAML).get().configuration == configuration)
    }

    @Test(arguments: [
        "yes", "[a]", "[{}]", "[{ arn: \(arn) }]", "[{ identity_pools: [\(pool)] }]",
        "[{ identity_pools: [], arn: \(arn) }]", "[{ identity_pools: [nopool], arn: \(arn) }]",
        "[{ identity_pools: [\(pool)], arn: role }]",
        "[{ identity_pools: [\(pool)], arn: \(arn), extra: 1 }]",
        "[{ identity_pools: [\(pool)], arn: \(arn), source: process }]",
        "[{ identity_pools: [\(pool)], arn: \(arn), external_id: \"{\" }]",
        "[{ identity_pools: [\(pool)], arn: \(arn) }, { identity_pools: [\(pool)], arn: \(arn) }]",
        "[{ identity_pools: [\(pool)], arn: { a: b } }]", "[{ identity_pools: [\(pool)], arn: \(arn) }, a]",
        "[" + (0..<65).map { "{ identity_pools: [\"a:\($0)\"], arn: \(arn) }" }.joined(separator: ", ") + "]",
    ])
    func anythingElseIsAnErrorAtItsPlace(_ text: String) throws {
        guard case .failure(let problems) = load("credentials: { roles: \(text) }") else {
            Issue.record("taken: \(text)")
            return
        }
        for problem in problems.all {
            #expect(problem.description.hasPrefix("f.yaml:1:"), "\(problem)")
            #expect(problem.description.contains(": credentials.roles: "))
            #expect(problem.description.contains("; write ") || problem.description.contains("? write "))
            #expect(
                problem.allowed?.contains("a list of at most 64 roles, with each pool in one of them") == true
            )
        }
    }

    @Test
    func aPoolThatIsNotAllowedIsDoubtful() throws {
        let text =
            "credentials: { roles: [{ identity_pools: [\(Self.pool)], arn: \(Self.arn) }] }\n"
            + "allow: { identity_pools: [\(Self.other)] }"
        let warnings = try load(text).get().warnings.map(\.description)
        #expect(
            warnings == [
                "f.yaml:1:23: credentials.roles: '\(Self.pool)' is not in allow.identity_pools, so nobody may use it; "
                    + "add it"
            ]
        )
    }
}
