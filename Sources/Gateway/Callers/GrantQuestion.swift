package import CognitoSync
package import GatewayConfiguration
import Policy

/// The question to a configuration whether a caller may send an operation.
///
/// `syncgate check --can` asks it. The decision is that of the running gateway.
package struct GrantQuestion: Sendable {
    /// The rule that allows the operation, or the reason why it is refused.
    package struct Decision: Sendable, Equatable, Encodable {
        package var allowed: Bool
        /// The name of the caller; nil where callers have no names, or where this one is unknown.
        package var caller: String?
        package var operation: String
        /// The grant that covers the operation; nil where none does, and where callers have no names.
        package var rule: String?
        package var reason: String

        private enum CodingKeys: CodingKey { case allowed, caller, operation, rule, reason }

        /// Writes all members; what is not there is null.
        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(allowed, forKey: .allowed)
            try container.encode(caller, forKey: .caller)
            try container.encode(operation, forKey: .operation)
            try container.encode(rule, forKey: .rule)
            try container.encode(reason, forKey: .reason)
        }
    }

    /// The identity that is asked about.
    package enum Identity: Sendable, Equatable {
        /// Any identity: only a grant for all of them covers it.
        case any
        /// An identity that the caller's token names.
        case own
        case of(IdentityID)
    }

    /// The name of a caller in the list, or a candidate.
    package var caller: String
    package var operation: OperationName
    package var pool: IdentityPoolID?
    package var identity = Identity.any
    /// The dataset; nil: any of them.
    package var dataset: DatasetName?

    package init(caller: String, operation: OperationName) {
        self.caller = caller
        self.operation = operation
    }

    package func decide(by configuration: Configuration) -> Decision {
        let (allow, callers) = (configuration.allow, configuration.callers)
        guard let directory = CallerDirectory(callers) else {
            let reason = boundary(allow) ?? "callers have no names, and allow permits it"
            return decision(nil, boundary(allow) == nil, reason)
        }
        guard let number = number(in: directory) else {
            let known = "known are \(directory.names.prefix(8).joined(separator: ", "))"
            let hint = Suggestion.nearest(to: caller, among: directory.names).map { "did you mean \($0)?" }
            let reason = "no caller of callers.list is \(Quotation.text(caller)); \(hint ?? known)"
            return decision(nil, false, reason)
        }
        let name = directory.names[number]
        if let reason = boundary(allow) { return decision(name, false, reason) }
        switch decide(directory, number) {
        case .allowed(let grant):
            let rule = directory.rule(number, grant) ?? name
            return decision(name, true, "the grant \(rule) covers it", rule: rule)
        case .refused(let refusal): return decision(name, false, reason(name, refusal))
        }
    }

    private func number(in directory: CallerDirectory) -> Int? {
        directory.number(named: caller) ?? CallerCandidate(caller).flatMap { directory.number(of: $0.text) }
    }

    /// Returns why the outer bound refuses the operation; nil if it does not.
    private func boundary(_ allow: Configuration.Allow) -> String? {
        guard allow.operations.permits(operation) else {
            return "allow.operations does not have \(operation.rawValue)"
        }
        guard let pool, operation.reach != .everyPool, !allow.identityPools.permits(pool) else { return nil }
        return "allow.identity_pools does not have \(Quotation.text(pool.text))"
    }

    private func decide(_ directory: CallerDirectory, _ number: Int) -> CallerDecision {
        let hasIdentity = operation.reach == .identity || operation.reach == .dataset
        // No caller of AWS has an identity in a region of this name.
        let stand = IdentityID("own:0")
        let asked: IdentityID? =
            switch identity {
            case .any: nil
            case .own: stand
            case .of(let identity): identity
            }
        return directory.decide(
            number,
            operation,
            pool: operation.reach == .everyPool ? nil : pool,
            identity: hasIdentity ? asked : nil,
            dataset: operation.reach == .dataset ? dataset : nil,
            own: identity == .own ? stand.map { [$0] } ?? [] : []
        )
    }

    private func decision(
        _ caller: String?,
        _ allowed: Bool,
        _ reason: String,
        rule: String? = nil
    ) -> Decision {
        Decision(allowed: allowed, caller: caller, operation: operation.rawValue, rule: rule, reason: reason)
    }

    private func reason(_ name: String, _ refusal: CallerRefusal) -> String {
        let start = "no grant of \(name) is for \(operation.rawValue)"
        switch refusal {
        case .operation: return start
        case .pool where pool == nil || operation.reach == .everyPool:
            return "\(start), which concerns all identity pools: each grant is for some"
        case .pool: return "\(start) in this identity pool"
        case .identity where operation.reach == .identity || operation.reach == .dataset:
            return identity == .any
                ? "\(start) on any identity; give an identity, or own for one of the caller's token"
                : "\(start) on this identity"
        case .identity: return "\(start), which concerns no single identity: each grant is for some"
        case .dataset where operation.reach == .dataset:
            return dataset == nil ? "\(start) on any dataset; give --dataset" : "\(start) on this dataset"
        case .dataset: return "\(start), which concerns no single dataset: each grant is for some"
        }
    }
}
