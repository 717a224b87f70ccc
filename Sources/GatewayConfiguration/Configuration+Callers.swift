package import CognitoSync

extension Configuration {
    /// The treatment of requests that carry marks of their caller.
    package struct Callers: Sendable, Equatable {
        package var signatures = SignaturePolicy.refuse
        /// The origins of the web pages whose requests are served.
        package var origins: [String] = []
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
