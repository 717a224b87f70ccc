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
        let text = LeastPolicy.text(allow, region: "eu-west-1", account: account)
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
}
