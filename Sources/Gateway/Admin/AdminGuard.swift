internal import GatewayConfiguration
internal import HTTPTypes
internal import Messages
package import Serving

/// The access rules of the admin listener: loopback names, same-origin pages, and the tokens.
package struct AdminGuard: Sendable {
    private let tokens: AdminTokens
    private let isLoopback: Bool
    /// Whether only this machine reaches the listener, or the operator has opened it on purpose.
    private let needsNoToken: Bool

    /// - Parameters:
    ///   - tokens: The tokens that a change needs.
    ///   - address: The address that the listener is bound to.
    ///   - isOpen: Whether changes need no token on any address, where none is configured.
    package init(tokens: AdminTokens, address: ListenAddress, isOpen: Bool) {
        self.tokens = tokens
        needsNoToken = isOpen || address.isLoopback
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

    /// Refuses a request that a browser sends for a page of another site, and one without the right it needs.
    ///
    /// - Throws: `forbidden`, `denied` or `unauthorized`.
    func checkAccess(_ request: Request, _ need: AdminRequest.Need) throws(AdminError) {
        guard need != .nothing else { return }
        let origin = Self.origin.flatMap { request.head.headerFields[$0] }
        if let origin, origin != "http://\(request.head.authority ?? "")" {
            throw .forbidden("changes are not open to web pages")
        }
        if need == .streams, !tokens.allowStreams {
            // An event puts values into pages. No address is private enough for that.
            throw .denied("stream events need a token; set admin.streams_token_file")
        }
        if need == .change, tokens.admin == nil, !needsNoToken {
            throw .denied("changes need a token on this address; set admin.token_file")
        }
        guard tokens.permit(Self.offered(request), need) else { throw .unauthorized }
    }

    /// Returns the bearer token of a request; nil if it has none.
    private static func offered(_ request: Request) -> Substring? {
        guard let field = request.head.headerFields[.authorization], scheme(field) == "bearer" else {
            return nil
        }
        return field.dropFirst("bearer ".count).drop { $0 == " " }
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
