package import CognitoSync

/// The callers with names: who they are, and what each of them may do.
///
/// It is compiled once for each configuration, and never changes.
package struct CallerDirectory: Sendable {
    /// A caller as the configuration has it.
    package struct Entry: Sendable {
        package var name: String
        /// The texts of its candidates, see ``CandidateText``.
        package var candidates: [String]
        package var grants: [CallerGrant]

        package init(name: String, candidates: [String], grants: [CallerGrant]) {
            self.name = name
            self.candidates = candidates
            self.grants = grants
        }
    }

    /// The names of the callers, by their numbers.
    package let names: [String]
    private let numbers: [String: Int]
    private let grants: [CallerGrants]

    package init(_ entries: [Entry]) {
        names = entries.map(\.name)
        grants = entries.map { CallerGrants(caller: $0.name, $0.grants) }
        let candidates = entries.enumerated().flatMap { number, entry in entry.candidates.map { ($0, number) }
        }
        numbers = Dictionary(candidates) { first, _ in first }
    }

    /// Returns the number of the caller that has a candidate; nil if none has.
    package func number(of candidate: String) -> Int? { numbers[candidate] }

    /// Returns the number of the first caller of the list that has one of the candidates; nil if none has.
    package func number(of candidates: some Sequence<String>) -> Int? {
        var first: Int?
        for candidate in candidates {
            guard let number = numbers[candidate] else { continue }
            first = min(first ?? number, number)
        }
        return first
    }

    /// Returns the number of the caller with a name; nil if there is none.
    package func number(named name: String) -> Int? { names.firstIndex(of: name) }

    /// Returns whether a caller may send an operation with its parameters, which are nil where it has none.
    ///
    /// - Parameters:
    ///   - caller: The number of the caller.
    ///   - own: The identities that the caller's verified token names.
    package func decide(
        _ caller: Int,
        _ operation: OperationName,
        pool: IdentityPoolID?,
        identity: IdentityID?,
        dataset: DatasetName?,
        own: [IdentityID] = []
    ) -> CallerDecision {
        guard grants.indices.contains(caller) else { return .refused(.operation) }
        return grants[caller].decide(operation, pool: pool, identity: identity, dataset: dataset, own: own)
    }

    /// Returns whether a caller may send an operation.
    package func decide(_ caller: Int, _ operation: Operation, own: [IdentityID] = []) -> CallerDecision {
        decide(
            caller,
            operation.name,
            pool: operation.pool,
            identity: operation.owner?.identity,
            dataset: operation.dataset?.dataset,
            own: own
        )
    }

    /// Returns the name of a caller's grant for the log: `profile/read`, or `profile/1` without a name.
    package func rule(_ caller: Int, _ grant: Int) -> String? {
        guard grants.indices.contains(caller), grants[caller].rules.indices.contains(grant) else {
            return nil
        }
        return grants[caller].rules[grant]
    }
}
