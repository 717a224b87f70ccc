import CognitoSync
import GatewayConfiguration
import Policy

extension Configuration.NamedCaller {
    /// The caller in the terms of the policy.
    var entry: CallerDirectory.Entry {
        CallerDirectory.Entry(name: name, candidates: candidates.map(\.text), grants: grants.map(\.grant))
    }
}

extension Configuration.CallerGrant {
    fileprivate var grant: CallerGrant {
        CallerGrant(
            name: name,
            operations: operations.set,
            pools: identityPools.elements,
            identities: identities.policy,
            datasets: datasets.elements.map(Array.init)
        )
    }
}

extension Configuration.GrantedIdentities {
    fileprivate var policy: CallerGrant.Identities {
        switch self {
        case .all: .all
        case .own: .own
        case .only(let identities): .only(identities)
        }
    }
}

extension Allowance {
    /// The elements; nil for all.
    fileprivate var elements: Set<Element>? {
        switch self {
        case .all: nil
        case .only(let elements): elements
        }
    }
}

extension Allowance<OperationName> {
    fileprivate var set: OperationSet {
        switch self {
        case .all: .all
        case .only(let operations): OperationSet(operations)
        }
    }
}
