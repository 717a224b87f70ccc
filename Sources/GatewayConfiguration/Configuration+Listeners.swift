package import Serving

extension Configuration {
    /// The listener for callers.
    package struct Listener: Sendable, Equatable {
        package var address = ListenAddress.tcp(host: "127.0.0.1", port: 8080)
        /// Whether other processes of the same user may listen on the same TCP address.
        package var reusePort = false
        /// The names in `Host` that are served, beside addresses and `localhost`.
        package var hosts: [String] = []
        /// The path by which load balancers ask whether requests are served; nil: none.
        package var health: String?
        /// The mode of a Unix socket; nil: that of the umask, or 0660 where a group is given.
        package var mode: SocketMode?
        /// The group of a Unix socket, by name or number; nil: that of the process.
        package var group: String?
        package var proxyProtocol = ProxyProtocol.off
        /// The networks whose PROXY header, `X-Forwarded-For` and `Forwarded` count.
        package var trusted: [IPNetwork] = []
        package var tls = TLS()
    }

    /// The files of a TLS listener.
    ///
    /// Certificate and key come together. With a client CA, each caller needs a certificate of it.
    package struct TLS: Sendable, Equatable {
        package var certificateFile: String?
        package var keyFile: String?
        package var clientCAFile: String?
        /// The revocation lists of the client CAs.
        package var clientCRLFile: String?
    }

    /// The listener for operators: metrics, health, purge.
    package struct Admin: Sendable, Equatable {
        package var address = ListenAddress.tcp(host: "127.0.0.1", port: 9901)
        package var tokenFile: String?
        /// The file of the token that permits stream events and nothing else.
        package var streamsTokenFile: String?
        /// Whether changes need no token off loopback, where none is configured.
        package var open = false
        package var tls = TLS()
    }
}
