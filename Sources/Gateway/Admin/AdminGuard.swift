internal import Cryptography
internal import GatewayConfiguration
internal import HTTPTypes
internal import Messages
package import Serving
package import SigV4

/// The access rules of the admin listener: loopback names, same-origin pages, and the token.
package struct AdminGuard: Sendable {
    private let token: Secret?
    private let isLoopback: Bool

    /// - Parameters:
    ///   - token: The token that a change needs; nil if none is configured.
    ///   - address: The address that the listener is bound to.
    package init(token: Secret?, address: ListenAddress) {
        self.token = token
        switch address {
        case .tcp(let host, _): isLoopback = LoopbackName.contains(host)
        case .unix: isLoopback = false
        }
    }

    /// Refuses a `Host` that a web page may have pointed here.
    ///
    /// A listener on loopback serves its own machine, under a loopback name. Any other name means that DNS
    /// has led a browser here (rebinding, T29). A listener that is open to the network has names of its own.
    ///
    /// - Throws: `forbidden`.
    func checkHost(_ request: Request) throws(AdminError) {
        guard isLoopback else { return }
        guard let authority = request.head.authority, LoopbackName.contains(Self.host(authority)) else {
            throw .forbidden("this listener answers to loopback names only")
        }
    }

    /// Refuses a change that a browser sends for a page of another site, and one without the token.
    ///
    /// - Throws: `forbidden` or `unauthorized`.
    func checkChange(_ request: Request) throws(AdminError) {
        let origin = Self.origin.flatMap { request.head.headerFields[$0] }
        if let origin, origin != "http://\(request.head.authority ?? "")" {
            throw .forbidden("changes are not open to web pages")
        }
        guard let token else { return }
        guard let field = request.head.headerFields[.authorization], Self.scheme(field) == "bearer" else {
            throw .unauthorized
        }
        let offered = field.dropFirst("bearer ".count).drop { $0 == " " }
        // Hashed first, so that the time of the comparison does not even show the length.
        guard Digest.equal(Digest.sha256(Array(offered.utf8)), Digest.sha256(Array(token.text.utf8))) else {
            throw .unauthorized
        }
    }

    /// The `Origin` field (RFC 6454).
    private static let origin = HTTPField.Name("Origin")

    private static func scheme(_ field: String) -> String? {
        field.split(separator: " ", maxSplits: 1).first.map { $0.lowercased() }
    }

    /// Returns the host of an authority, without port and brackets.
    private static func host(_ authority: String) -> Substring {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            return authority[authority.index(after: authority.startIndex)..<end]
        }
        return authority.prefix { $0 != ":" }
    }
}
