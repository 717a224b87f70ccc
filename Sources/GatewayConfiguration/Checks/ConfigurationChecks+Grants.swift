internal import CognitoSync

/// The doubts about grants that cover less than they seem to.
extension ConfigurationChecks {
    mutating func check(
        _ grant: Configuration.CallerGrant,
        of caller: Configuration.NamedCaller,
        at path: [ValueStep]
    ) {
        let key = "callers.list"
        if grant.identities == .own, !hasOwnIdentities(caller) {
            let reason = "needs a candidate jwt:… of an issuer with identity_claim; give both"
            fault(key, "own", reason, at: path + [.member("identities")], with: ["callers.by.jwt"])
        }
        checkPools(grant, at: path)
        let operations = grant.operations.elements(of: OperationName.allCases)
        if let (reason, member) = operations.compactMap(grant.exclusion).first,
            operations.allSatisfy({ grant.exclusion($0) != nil })
        {
            let advice = "\(reason), so that a grant for some covers nothing; remove \(member) from it"
            doubt(key, operations[0].rawValue, advice, at: path + [.member(member)])
            return
        }
        // A group stands for operations with different parameters: only a single name is surely meant.
        for operation in operations where !Set(operations).isSuperset(of: operation.group.operations) {
            if let (reason, member) = grant.exclusion(operation) {
                let advice = "\(reason), and this grant is for some; give it a grant of its own"
                doubt(key, operation.rawValue, advice, at: path + [.member(member)])
            }
            if !configuration.allow.operations.permits(operation) {
                let reason = "is not in allow.operations, so nobody may use it; add it there"
                let way = path + [.member("operations")]
                doubt(key, operation.rawValue, reason, at: way, with: ["allow.operations"])
            }
        }
    }

    /// Doubts the pools of a grant that the outer bound excludes.
    private mutating func checkPools(_ grant: Configuration.CallerGrant, at path: [ValueStep]) {
        guard case .only(let pools) = grant.identityPools else { return }
        for pool in pools.sorted(by: { $0.text < $1.text })
        where !configuration.allow.identityPools.permits(pool) {
            let (key, reason) = ("allow.identity_pools", "so nobody may use it; add it there")
            let way = path + [.member("identity_pools")]
            doubt("callers.list", pool.text, "is not in \(key), \(reason)", at: way, with: [key])
        }
    }

    /// Returns whether tokens name identities of the caller's own.
    private func hasOwnIdentities(_ caller: Configuration.NamedCaller) -> Bool {
        caller.candidates.contains { candidate in
            guard case .token(let issuer, _) = candidate else { return false }
            return configuration.callers.by.jwt.contains { $0.name == issuer && $0.identityClaim != nil }
        }
    }
}

extension Allowance<OperationName> {
    /// Returns the allowed ones of some operations, in their order.
    fileprivate func elements(of operations: [OperationName]) -> [OperationName] {
        operations.filter(permits)
    }
}
