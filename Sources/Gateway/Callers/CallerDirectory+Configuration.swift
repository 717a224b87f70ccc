import CognitoSync
package import GatewayConfiguration
package import Policy

extension CallerDirectory {
    /// Compiles the list of callers of a configuration; nil where there is none, so that callers have no names.
    package init?(_ callers: Configuration.Callers) {
        guard let list = callers.list else { return nil }
        self.init(
            list.map { caller in
                Entry(
                    name: caller.name,
                    candidates: caller.candidates.map(\.text),
                    grants: caller.grants.map { CallerGrant($0) }
                )
            }
        )
    }
}

extension CallerGrant {
    /// Takes over a grant of the configuration.
    init(_ grant: Configuration.CallerGrant) {
        let identities: Identities =
            switch grant.identities {
            case .all: .all
            case .own: .own
            case .only(let identities): .only(identities)
            }
        self.init(
            name: grant.name,
            operations: OperationSet(OperationName.allCases.filter(grant.operations.permits)),
            pools: grant.identityPools.elements,
            identities: identities,
            datasets: grant.datasets.elements.map { $0.sorted() }
        )
    }
}

extension Allowance {
    /// The elements that are allowed; nil for all.
    fileprivate var elements: Set<Element>? {
        switch self {
        case .all: nil
        case .only(let elements): elements
        }
    }
}
