package import CognitoSync

extension Configuration {
    /// A caller with a name: how it is recognised, and what it may do.
    package struct NamedCaller: Sendable, Equatable {
        /// The most callers of a list, and the most candidates and grants of a caller.
        package static let most = 256
        package static let mostCandidates = 32
        package static let mostGrants = 64

        package var name: String
        /// The marks that a request of the caller may have; any of them is enough.
        package var candidates: [CallerCandidate]
        package var grants: [CallerGrant]
        package var throttle: CallerThrottle?
        /// The number of requests in work at once; nil: as many as all callers together.
        package var inFlight: Int?
    }

    /// The token bucket of a named caller.
    package struct CallerThrottle: Sendable, Equatable {
        package var rate: TokenRate
        package var burst: Int64
    }

    /// Some operations that a caller may send, in the bounds of the grant.
    ///
    /// A grant with a bound does not cover an operation that has no such parameter: one for some pools does not cover
    /// ListIdentityPoolUsage.
    package struct CallerGrant: Sendable, Equatable {
        /// The most dataset patterns of a grant.
        package static let mostPatterns = 64

        /// The name in the log; nil: the number in the list, from 1.
        package var name: String?
        package var operations: Allowance<OperationName>
        package var identityPools = Allowance<IdentityPoolID>.all
        package var identities = GrantedIdentities.all
        /// The patterns of datasets, in which `*` stands for any run of characters.
        package var datasets = Allowance<String>.all
    }

    /// The identities that a grant covers.
    package enum GrantedIdentities: Sendable, Equatable {
        case all
        /// Those that a claim of the caller's verified token names.
        case own
        case only(Set<IdentityID>)
    }
}

extension Configuration.CallerGrant {
    /// Returns whether the grant covers an operation in some pool, on some identity and dataset.
    package func covers(_ operation: OperationName) -> Bool {
        operations.permits(operation) && exclusion(operation) == nil
    }

    /// Returns why the grant never covers an operation, and the member that excludes it; nil if it can.
    func exclusion(_ operation: OperationName) -> (reason: String, member: String)? {
        let reach = operation.reach
        if identityPools != .all, reach == .everyPool {
            return ("concerns all identity pools", "identity_pools")
        }
        if identities != .all, reach == .everyPool || reach == .pool {
            return ("concerns no single identity", "identities")
        }
        return datasets != .all && reach != .dataset ? ("concerns no single dataset", "datasets") : nil
    }
}
