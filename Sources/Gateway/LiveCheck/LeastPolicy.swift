import CognitoSync
package import GatewayConfiguration

/// The least IAM policy with which the gateway can do all that `allow` and `callers` permit.
///
/// Resources are as the Service Authorization Reference has them. ListIdentityPoolUsage names no pool, so IAM
/// compares it with `identitypool/null`: only a pattern for all pools matches.
package enum LeastPolicy {
    /// The kinds of resources of Cognito Sync, as the end of their name.
    private enum Resource: String, CaseIterable {
        case everyPool
        case pool
        case identity
        case dataset

        var path: String {
            switch self {
            case .everyPool, .pool: ""
            case .identity: "/identity/*"
            case .dataset: "/identity/*/dataset/*"
            }
        }
    }

    /// Returns the policy as JSON; without an account, it is valid for any.
    ///
    /// The operations of a statement have the same resources.
    package static func text(_ configuration: Configuration, region: String, account: String? = nil) -> String
    {
        let prefix = "arn:aws:cognito-sync:\(region):\(account ?? "*"):identitypool/"
        let operations = UsableOperations(configuration)
        var statements: [(resources: [String], actions: [String])] = []
        for resource in Resource.allCases {
            for operation in operations.names where Self.resource(of: operation) == resource {
                let resources = names(operations.pools(of: operation), resource).map {
                    prefix + $0 + resource.path
                }
                let action = "cognito-sync:\(operation.rawValue)"
                if let index = statements.firstIndex(where: { $0.resources == resources }) {
                    statements[index].actions.append(action)
                } else if !resources.isEmpty {
                    statements.append((resources, [action]))
                }
            }
        }
        let texts = statements.map { statement($0.actions, $0.resources) }
        return """
            {
              "Version": "2012-10-17",
              "Statement": [
            \(texts.joined(separator: ",\n"))
              ]
            }
            """
    }

    private static func names(_ pools: Allowance<IdentityPoolID>, _ resource: Resource) -> [String] {
        switch pools {
        case .all: ["*"]
        case .only(let pools): resource == .everyPool ? ["*"] : pools.map(\.text).sorted()
        }
    }

    private static func statement(_ actions: [String], _ resources: [String]) -> String {
        """
            {
              "Effect": "Allow",
              "Action": [\(list(actions))],
              "Resource": [\(list(resources))]
            }
        """
    }

    /// Returns texts as JSON; identifiers and names have no character that JSON would escape.
    private static func list(_ texts: [String]) -> String {
        texts.map { "\n        \"\($0)\"" }.joined(separator: ",") + "\n      "
    }

    private static func resource(of operation: OperationName) -> Resource {
        switch operation {
        case .listIdentityPoolUsage:
            .everyPool
        case .bulkPublish, .describeIdentityPoolUsage, .getBulkPublishDetails, .getCognitoEvents,
            .getIdentityPoolConfiguration, .setCognitoEvents, .setIdentityPoolConfiguration:
            .pool
        case .describeIdentityUsage, .registerDevice:
            .identity
        case .deleteDataset, .describeDataset, .listDatasets, .listRecords, .subscribeToDataset,
            .unsubscribeFromDataset, .updateRecords:
            .dataset
        }
    }
}
