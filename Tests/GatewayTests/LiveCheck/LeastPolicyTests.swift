import CognitoSync
import Foundation
import GatewayConfiguration
import Testing

@testable import Gateway

struct LeastPolicyTests {
    private struct Policy: Decodable {
        struct Statement: Decodable {
            var Effect: String
            var Action: [String]
            var Resource: [String]
        }
        var Version: String
        var Statement: [Statement]
    }

    private func policy(_ allow: Configuration.Allow, account: String? = nil) throws -> Policy {
        var configuration = Configuration()
        configuration.allow = allow
        return try policy(configuration, account: account)
    }

    private func policy(_ configuration: Configuration, account: String? = nil) throws -> Policy {
        let text = LeastPolicy.text(configuration, region: "eu-west-1", account: account)
        return try JSONDecoder().decode(Policy.self, from: Data(text.utf8))
    }

    @Test
    func everyAllowedOperationIsThereOnceAndNoOther() throws {
        let all = try policy(Configuration().allow)
        #expect(all.Version == "2012-10-17")
        #expect(all.Statement.allSatisfy { $0.Effect == "Allow" })
        let actions = all.Statement.flatMap(\.Action)
        #expect(actions.sorted() == OperationName.allCases.map { "cognito-sync:\($0.rawValue)" }.sorted())
        var allow = Configuration().allow
        allow.operations = .only([.listRecords, .updateRecords])
        #expect(
            try policy(allow).Statement.map(\.Action) == [
                ["cognito-sync:ListRecords", "cognito-sync:UpdateRecords"]
            ]
        )
        allow.operations = .only([])
        #expect(try policy(allow).Statement.isEmpty)
    }

    @Test
    func resourcesAreThoseOfThePoolsAndOfTheKindThatIAMKnows() throws {
        let pool = "eu-west-1:11111111-2222-3333-4444-555555555555"
        var allow = Configuration().allow
        allow.identityPools = .only([try #require(IdentityPoolID(pool))])
        let root = "arn:aws:cognito-sync:eu-west-1:123456789012:identitypool/"
        let statements = try policy(allow, account: "123456789012").Statement
        for (action, resource) in [
            ("ListIdentityPoolUsage", root + "*"), ("GetCognitoEvents", root + pool),
            ("DescribeIdentityUsage", root + pool + "/identity/*"),
            ("ListDatasets", root + pool + "/identity/*/dataset/*"),
            ("UpdateRecords", root + pool + "/identity/*/dataset/*"),
        ] {
            let statement = statements.first { $0.Action.contains("cognito-sync:\(action)") }
            #expect(statement?.Resource == [resource])
        }
        allow.identityPools = .all
        let open = try policy(allow).Statement.flatMap(\.Resource)
        #expect(open.allSatisfy { $0.hasPrefix("arn:aws:cognito-sync:eu-west-1:*:identitypool/*") })
    }

    private func configuration(_ grants: String, _ more: String = "") throws -> Configuration {
        let text = """
            listen: { address: unix:/a }
            callers: { by: { unix: yes }, list: [{ name: a, is: uid:1, may: [] }, { name: b, is: uid:2, may: \(grants) }] }
            \(more)
            """
        return try Configuration.load(text: text, name: "f.yaml").configuration
    }

    @Test
    func whatNoCallerMayDoIsLeftOut() throws {
        #expect(try policy(configuration("[]")).Statement.isEmpty)
        let read = try policy(configuration("[{ operations: read }]")).Statement.flatMap(\.Action)
        #expect(read.sorted() == OperationGroup.read.operations.map { "cognito-sync:\($0.rawValue)" })
        // Neither is covered by its grant: one has no dataset, and the other one no pool.
        let grants =
            "[{ operations: [ListDatasets, ListRecords], datasets: [a] }, "
            + "{ operations: admin, identity_pools: ['eu-west-1:0a'] }]"
        let bounded = try policy(configuration(grants)).Statement.flatMap(\.Action)
        #expect(bounded.count == 8)
        #expect(!bounded.contains("cognito-sync:ListDatasets"))
        #expect(!bounded.contains("cognito-sync:ListIdentityPoolUsage"))
        let allow = "allow: { operations: [ListRecords] }"
        let narrow = try policy(configuration("[{ operations: read }]", allow)).Statement.flatMap(\.Action)
        #expect(narrow == ["cognito-sync:ListRecords"])
    }

    @Test
    func thePoolsAreThoseThatSomeCallerMayUse() throws {
        let grants =
            "[{ operations: [ListRecords, UpdateRecords], identity_pools: ['eu-west-1:0a'] }, "
            + "{ operations: ListRecords, identity_pools: ['eu-west-1:0b', 'eu-west-1:0c'] }]"
        let allow = "allow: { identity_pools: ['eu-west-1:0a', 'eu-west-1:0b'] }"
        let statements = try policy(configuration(grants, allow)).Statement
        #expect(statements.map(\.Action) == [["cognito-sync:ListRecords"], ["cognito-sync:UpdateRecords"]])
        #expect(statements.map(\.Resource.count) == [2, 1])
        #expect(statements[1].Resource[0].contains("identitypool/eu-west-1:0a/"))
    }

    /// A dry run refuses nothing, so that the gateway needs all rights.
    @Test
    func aDryRunLeavesNothingOut() throws {
        var configuration = try configuration("[]")
        configuration.callers.dryRun = true
        #expect(try policy(configuration).Statement.flatMap(\.Action).count == 17)
        #expect(LiveReads(configuration).reads.count == 9)
        configuration.callers.dryRun = false
        #expect(LiveReads(configuration).reads.isEmpty && LiveReads(configuration).untried.isEmpty)
    }
}
