package import CognitoSync

/// The grants of one caller, compiled so that a decision costs two lookups at most.
///
/// It is a class, since a copy of so many tables would cost more than a decision.
///
/// Each grant is a bit. The operation, the pool and the identity each select the grants that they are in, and what is
/// left are the grants that cover the request, but for their datasets. The first of them is asked last. Nothing is
/// allocated.
///
/// A bound of a grant excludes the operations that have no such parameter: without a dataset, no pattern matches.
package final class CallerGrants: Sendable {
    /// The most grants of a caller: the bits of a word.
    package static let most = UInt64.bitWidth

    private typealias Bits = UInt64

    /// The grants of each operation, by its index.
    private let byOperation: [Bits]
    /// The grants without a bound of each kind.
    private let allPools, allIdentities, allDatasets: Bits
    private let ownIdentities: Bits
    private let byPool: GrantIndex
    private let byIdentity: GrantIndex
    /// The patterns of all grants, and the index of the first one of each grant, with their number at the end.
    private let patterns: [DatasetPattern]
    private let patternStarts: [Int]
    /// The names of the grants for the log: `profile/read`, or `profile/1`.
    package let rules: [String]

    /// Compiles the first 64 grants of a caller.
    package init(caller: String, _ grants: [CallerGrant]) {
        let grants = grants.prefix(Self.most)
        func bits(_ belongs: (CallerGrant) -> Bool) -> Bits {
            grants.indices.reduce(0) { belongs(grants[$1]) ? $0 | 1 << UInt64($1) : $0 }
        }
        var (pools, identities): ([String: Bits], [String: Bits]) = ([:], [:])
        for (index, grant) in grants.enumerated() {
            for pool in grant.pools ?? [] { pools[pool.text, default: 0] |= 1 << UInt64(index) }
            guard case .only(let listed) = grant.identities else { continue }
            for identity in listed { identities[identity.text, default: 0] |= 1 << UInt64(index) }
        }
        var byOperation = [Bits](repeating: 0, count: OperationName.allCases.count)
        for operation in OperationName.allCases {
            byOperation[operation.index] = bits { $0.operations.contains(operation) }
        }
        self.byOperation = byOperation
        allPools = bits { $0.pools == nil }
        allIdentities = bits { $0.identities == .all }
        ownIdentities = bits { $0.identities == .own }
        allDatasets = bits { $0.datasets == nil }
        (byPool, byIdentity) = (GrantIndex(pools), GrantIndex(identities))
        let groups = grants.map { ($0.datasets ?? []).map { DatasetPattern($0) } }
        patterns = groups.flatMap { $0 }
        patternStarts = groups.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
        rules = grants.enumerated().map { "\(caller)/\($1.name ?? String($0 + 1))" }
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
        if left & ~allPools != 0 { left &= allPools | (pool.map { byPool.bits(of: $0.text) } ?? 0) }
        guard left != 0 else { return .refused(.pool) }
        if left & ~allIdentities != 0 { left &= allIdentities | grants(of: identity, own, left) }
        guard left != 0 else { return .refused(.identity) }
        while left != 0 {
            let index = left.trailingZeroBitCount
            if allDatasets >> UInt64(index) & 1 == 1 { return .allowed(index) }
            if let dataset, covers(index, dataset.text.utf8.span) { return .allowed(index) }
            left &= left &- 1
        }
        return .refused(.dataset)
    }

    /// Returns whether a pattern of a grant matches a dataset.
    private func covers(_ grant: Int, _ dataset: Span<UInt8>) -> Bool {
        for index in patternStarts[grant]..<patternStarts[grant + 1] where patterns[index].matches(dataset) {
            return true
        }
        return false
    }

    /// Returns the grants, among some, that are for an identity by a list or as the caller's own.
    private func grants(of identity: IdentityID?, _ own: [IdentityID], _ left: Bits) -> Bits {
        guard let identity else { return 0 }
        let isOwn = left & ownIdentities != 0 && own.contains(identity)
        return byIdentity.bits(of: identity.text) | (isOwn ? ownIdentities : 0)
    }
}
