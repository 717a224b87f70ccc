internal import Serving

/// The checks of load balancers in front of the listener.
extension ConfigurationChecks {
    mutating func checkHops() {
        let listen = configuration.listen
        if let path = listen.health, Self.isOfAPI(path) {
            fault("listen.health", path, "is a path of the API; write another, such as /healthz")
        }
        for network in listen.trusted where network.isEverything {
            doubt(
                "listen.trusted",
                "\(network)",
                "lets every caller choose its address; list only the networks of the load balancers"
            )
        }
        // The permissions of a Unix socket decide who is trusted.
        guard case .tcp = listen.address, listen.proxyProtocol != .off, listen.trusted.isEmpty else { return }
        fault(
            "listen.proxy_protocol",
            listen.proxyProtocol.rawValue,
            "has no trusted hop; list the networks of the load balancers in listen.trusted",
            with: ["listen.trusted"]
        )
    }

    /// Returns whether a path begins as those of the operations do.
    private static func isOfAPI(_ path: String) -> Bool {
        path == "/identitypools" || path.hasPrefix("/identitypools/")
    }
}
