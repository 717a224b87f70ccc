import CognitoSync
package import GatewayConfiguration

/// The least IAM policy with which the gateway can do all that `allow` permits.
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
    package static func text(_ allow: Configuration.Allow, region: String, account: String? = nil) -> String {
        let prefix = "arn:aws:cognito-sync:\(region):\(account ?? "*"):identitypool/"
        let pools: [String] =
            switch allow.identityPools {
            case .all: ["*"]
            case .only(let pools): pools.map(\.text).sorted()
            }
        let statements = Resource.allCases.compactMap { resource -> String? in
            let actions = OperationName.allCases.filter {
                allow.operations.permits($0) && Self.resource(of: $0) == resource
            }
            guard !actions.isEmpty, !pools.isEmpty else { return nil }
            let arns = (resource == .everyPool ? ["*"] : pools).map { prefix + $0 + resource.path }
            return statement(actions.map { "cognito-sync:\($0.rawValue)" }, arns)
        }
        return """
            {
              "Version": "2012-10-17",
              "Statement": [
            \(statements.joined(separator: ",\n"))
              ]
            }
            """
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
