import CognitoSync
import GatewayConfiguration

/// The operations that anybody may send through the gateway, each with its pools.
///
/// `allow` is the outer bound. Where callers have names, only what some grant covers is left. A dry run refuses
/// nothing, so it needs all that `allow` permits.
struct UsableOperations: Sendable {
    private let pools: [OperationName: Allowance<IdentityPoolID>]

    init(_ configuration: Configuration) {
        let allow = configuration.allow
        let allowed = OperationName.allCases.filter { allow.operations.permits($0) }
        guard let list = configuration.callers.list, !configuration.callers.dryRun else {
            pools = Dictionary(uniqueKeysWithValues: allowed.map { ($0, allow.identityPools) })
            return
        }
        var pools: [OperationName: Allowance<IdentityPoolID>] = [:]
        for grant in list.flatMap(\.grants) {
            for operation in allowed where grant.covers(operation) {
                let granted = grant.identityPools.intersection(allow.identityPools)
                pools[operation] = pools[operation]?.union(granted) ?? granted
            }
        }
        self.pools = pools.filter { $0.value != .only([]) }
    }

    /// The names of the operations, in their order.
    package var names: [OperationName] { OperationName.allCases.filter { pools[$0] != nil } }

    /// Returns the pools in which an operation may be sent; none for one that nobody may send.
    func pools(of operation: OperationName) -> Allowance<IdentityPoolID> {
        pools[operation] ?? .only([])
    }
}

extension Allowance {
    fileprivate func union(_ other: Self) -> Self {
        switch (self, other) {
        case (.only(let mine), .only(let theirs)): .only(mine.union(theirs))
        case (.all, _), (_, .all): .all
        }
    }

    fileprivate func intersection(_ other: Self) -> Self {
        switch (self, other) {
        case (.all, _): other
        case (_, .all): self
        case (.only(let mine), .only(let theirs)): .only(mine.intersection(theirs))
        }
    }
}
