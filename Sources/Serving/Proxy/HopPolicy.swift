/// The rules of a listener about what hops before it say about their callers.
package struct HopPolicy: Sendable, Equatable {
    package var proxyProtocol = ProxyProtocol.off
    /// The hops whose PROXY header, `X-Forwarded-For` and `Forwarded` count.
    ///
    /// On a Unix socket all who connect are trusted: its permissions decide who they are.
    package var trusted = TrustedNetworks()

    package init() {}
}

/// The use of the PROXY protocol on a listener.
package enum ProxyProtocol: String, Sendable, CaseIterable {
    /// No connection begins with a header; one that does is not HTTP.
    case off
    /// A connection of a trusted hop may begin with a header.
    case optional
    /// Each connection is of a trusted hop and begins with a header.
    case required
}
