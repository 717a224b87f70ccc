/// The caller of a request, known from the socket, the TLS handshake and trusted hops.
package struct Caller: Sendable, Hashable {
    /// The address without a port, or the path of a Unix socket.
    package private(set) var address: String
    /// The part of the address that counts and buckets go by (``CallerNetwork``).
    package private(set) var network: String
    /// The subject of a verified client certificate.
    package var certificate: String?

    package init(address: String, certificate: String? = nil) {
        self.address = address
        network = CallerNetwork.of(address)
        self.certificate = certificate
    }

    /// Returns the caller that a trusted hop sends requests for.
    ///
    /// The rest stays: it is a fact of the connection.
    package func forwarded(for address: String) -> Self {
        var caller = self
        caller.address = address
        caller.network = CallerNetwork.of(address)
        return caller
    }
}
