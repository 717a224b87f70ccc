package import CognitoSync

/// The grants of one caller, compiled so that a decision costs two lookups at most.
///
/// Each grant is a bit. The operation, the pool and the identity each select the grants that they are in, and what is
/// left are the grants that cover the request, but for their datasets. The first of them is asked last. Nothing is
/// allocated.
///
/// A bound of a grant excludes the operations that have no such parameter: without a dataset, no pattern matches.
package struct CallerGrants: Sendable {
    /// The most grants of a caller: the bits of a word.
    package static let most = UInt64.bitWidth

    private typealias Bits = UInt64

    /// The grants of each operation, by its index.
    private var byOperation = [Bits](repeating: 0, count: OperationName.allCases.count)
    /// The grants without a bound of each kind.
    private var (allPools, allIdentities, allDatasets): (Bits, Bits, Bits) = (0, 0, 0)
    private var ownIdentities: Bits = 0
    private var byPool: [IdentityPoolID: Bits] = [:]
    private var byIdentity: [IdentityID: Bits] = [:]
    /// The patterns of each grant.
    private var patterns: [[DatasetPattern]] = []
    /// The names of the grants for the log: `profile/read`, or `profile/1`.
    package private(set) var rules: [String] = []

    /// Compiles the first 64 grants of a caller.
    package init(caller: String, _ grants: [CallerGrant]) {
        for (index, grant) in grants.prefix(Self.most).enumerated() {
            let bit: Bits = 1 << UInt64(index)
            for operation in OperationName.allCases where grant.operations.contains(operation) {
                byOperation[operation.index] |= bit
            }
            if let pools = grant.pools {
                for pool in pools { byPool[pool, default: 0] |= bit }
            } else {
                allPools |= bit
            }
            switch grant.identities {
            case .all: allIdentities |= bit
            case .own: ownIdentities |= bit
            case .only(let identities):
                for identity in identities { byIdentity[identity, default: 0] |= bit }
            }
            if grant.datasets == nil { allDatasets |= bit }
            patterns.append((grant.datasets ?? []).map { DatasetPattern($0) })
            rules.append("\(caller)/\(grant.name ?? String(index + 1))")
        }
    }

    /// Returns whether a grant covers an operation with its parameters, which are nil where it has none.
    ///
    /// - Parameter own: The identities that the caller's verified token names.
    package func decide(
        _ operation: OperationName,
        pool: IdentityPoolID?,
        identity: IdentityID?,
        dataset: DatasetName?,
        own: [IdentityID]
    ) -> CallerDecision {
        var left = byOperation[operation.index]
        guard left != 0 else { return .refused(.operation) }
        if left & ~allPools != 0 { left &= allPools | (pool.flatMap { byPool[$0] } ?? 0) }
        guard left != 0 else { return .refused(.pool) }
        if left & ~allIdentities != 0 { left &= allIdentities | grants(of: identity, own, left) }
        guard left != 0 else { return .refused(.identity) }
        while left != 0 {
            let index = left.trailingZeroBitCount
            if allDatasets >> UInt64(index) & 1 == 1 { return .allowed(index) }
            if let dataset, patterns[index].contains(where: { $0.matches(dataset.text.utf8.span) }) {
                return .allowed(index)
            }
            left &= left &- 1
        }
        return .refused(.dataset)
    }

    /// Returns the grants, among some, that are for an identity by a list or as the caller's own.
    private func grants(of identity: IdentityID?, _ own: [IdentityID], _ left: Bits) -> Bits {
        guard let identity else { return 0 }
        let isOwn = left & ownIdentities != 0 && own.contains(identity)
        let listed = byIdentity.isEmpty ? 0 : byIdentity[identity] ?? 0
        return listed | (isOwn ? ownIdentities : 0)
    }
}
