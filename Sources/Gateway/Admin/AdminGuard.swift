internal import GatewayConfiguration
internal import HTTPTypes
internal import Messages
package import Serving

/// The access rules of the admin listener: loopback names, same-origin pages, and the tokens.
package struct AdminGuard: Sendable {
    private let tokens: AdminTokens
    /// The hosts that are served: those of the callers' listener, unless a token is the protection.
    private let hosts: HostPolicy
    /// Whether only this machine reaches the listener, or the operator has opened it on purpose.
    private let needsNoToken: Bool

    /// - Parameters:
    ///   - tokens: The tokens that a change needs.
    ///   - address: The address that the listener is bound to.
    ///   - hosts: The names of `listen.hosts`.
    ///   - isOpen: Whether changes need no token on any address, where none is configured.
    package init(tokens: AdminTokens, address: ListenAddress, hosts: [String] = [], isOpen: Bool) {
        self.tokens = tokens
        needsNoToken = isOpen || address.isLoopback
        let isChecked = tokens.admin == nil && address.isLoopback
        self.hosts = isChecked ? HostPolicy(names: hosts, of: address) : .any
    }

    /// Refuses a `Host` that a web page may have pointed here (rebinding, T29), as the callers' listener does.
    ///
    /// A browser that was led here knows no token, so with one no host is refused.
    ///
    /// - Throws: `misdirected`.
    func checkHost(_ request: Request) throws(AdminError) {
        guard hosts.serves(request.head.authority) else { throw .misdirected }
    }

    /// Refuses a request that a browser sends for a page of another site, and one without the right it needs.
    ///
    /// - Throws: `forbidden`, `denied` or `unauthorized`.
    func checkAccess(_ request: Request, _ need: AdminRequest.Need) throws(AdminError) {
        guard need != .nothing else { return }
        // The page of this listener itself may change things.
        let own = PagePolicy(listed: ["http://\(request.head.authority ?? "")"])
        guard own.verdict(on: request.head.headerFields) != .refused else {
            throw .forbidden("changes are not open to web pages")
        }
        if need == .streams, !tokens.allowStreams {
            // An event puts values into pages. No address is private enough for that.
            throw .denied("stream events need a token; set admin.streams_token_file")
        }
        if need == .change, tokens.admin == nil, !needsNoToken {
            throw .denied("changes need a token on this address; set admin.token_file")
        }
        let offered = request.head.headerFields[.authorization].flatMap(BearerToken.of)
        guard tokens.permit(offered, need) else { throw .unauthorized }
    }
}
