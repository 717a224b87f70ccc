package import CognitoSync

extension Configuration {
    /// The callers: who they are, and what each of them may do.
    package struct Callers: Sendable, Equatable {
        package var signatures = SignaturePolicy.refuse
        /// Whether a request without a known caller is refused with 401; a list implies it.
        package var required = false
        /// Whether what would be refused is logged and served all the same.
        package var dryRun = false
        /// The origins of the web pages whose requests are served.
        package var origins: [String] = []
        package var by = CallerSources()
        /// The callers with names, in the order in which they are recognised; nil: callers have no names.
        ///
        /// As soon as there is a list, all that no grant covers is refused.
        package var list: [NamedCaller]?

        /// Whether requests of unknown callers are refused.
        package var refusesUnknown: Bool { (required || list != nil) && !dryRun }
    }

    /// The outer bound of what callers may do.
    package struct Allow: Sendable, Equatable {
        package var operations = Allowance<OperationName>.all
        package var identityPools = Allowance<IdentityPoolID>.all
    }
}

/// The treatment of a request that its caller has signed.
package enum SignaturePolicy: String, CaseIterable, Sendable {
    /// The request is refused with 400, and a message that says to send it unsigned.
    case refuse
    /// The signature is dropped, for SDKs that cannot send a request unsigned.
    case ignore
}

/// All elements of a set, or only some of them.
package enum Allowance<Element: Hashable & Sendable>: Sendable, Equatable {
    case all
    case only(Set<Element>)

    /// Returns whether the element is allowed.
    package func permits(_ element: Element) -> Bool {
        switch self {
        case .all: true
        case .only(let elements): elements.contains(element)
        }
    }
}
