import CognitoSync
import Messages
import Policy
import TestSupport

/// Grants as a configuration has them, in plain texts, and a slow decision about them.
///
/// The decision follows the wording of the documentation, one grant after another. It shares nothing with the compiled
/// form: no bits, no sets, another matcher of patterns.
struct GrantOracle {
    struct Grant {
        var operations: [String]
        var pools: [String]?
        /// `all`, `own` or identities.
        var identities: [String]
        var datasets: [String]?
    }

    struct Request {
        var operation: OperationName
        var pool: String?
        var identity: String?
        var dataset: String?
        var own: [String]
    }

    var grants: [Grant]

    /// Returns the number of the first grant that covers a request; nil if none does.
    func rule(_ request: Request) -> Int? { grants.firstIndex { Self.covers($0, request) } }

    private static func covers(_ grant: Grant, _ request: Request) -> Bool {
        let groups = [
            "read": ["ListRecords", "ListDatasets", "DescribeDataset", "DescribeIdentityUsage"],
            "write": [
                "UpdateRecords", "DeleteDataset", "RegisterDevice", "SubscribeToDataset",
                "UnsubscribeFromDataset",
            ],
        ]
        let name = request.operation.rawValue
        let isNamed = grant.operations.contains { given in
            switch given {
            case "all": true
            case "admin": groups.values.allSatisfy { !$0.contains(name) }
            default: given == name || groups[given]?.contains(name) == true
            }
        }
        guard isNamed else { return false }
        if let pools = grant.pools {
            guard let pool = request.pool, pools.contains(pool) else { return false }
        }
        if grant.identities != ["all"] {
            let covered = grant.identities == ["own"] ? request.own : grant.identities
            guard let identity = request.identity, covered.contains(identity) else { return false }
        }
        if let datasets = grant.datasets {
            guard let dataset = request.dataset, datasets.contains(where: { matches($0, dataset) }) else {
                return false
            }
        }
        return true
    }

    /// Returns whether a name matches a pattern, by a table of all pairs of their beginnings.
    private static func matches(_ pattern: String, _ name: String) -> Bool {
        let (pattern, name) = (Array(pattern), Array(name))
        var reached = [Bool](repeating: false, count: name.count + 1)
        reached[0] = true
        for sign in pattern {
            var next = [Bool](repeating: false, count: name.count + 1)
            for place in 0...name.count {
                if sign == "*" {
                    next[place] = reached[place] || place > 0 && next[place - 1]
                } else if place > 0, name[place - 1] == sign {
                    next[place] = reached[place - 1]
                }
            }
            reached = next
        }
        return reached[name.count]
    }
}
