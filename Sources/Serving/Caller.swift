/// The caller of a request, known from the socket, the TLS handshake and trusted hops.
package struct Caller: Sendable {
    /// The address without a port, or the path of a Unix socket.
    package private(set) var address: String
    /// The part of the address that counts and buckets go by (``CallerNetwork``).
    package private(set) var network: String
    /// The names in a verified client certificate.
    package var certificate: CertificateNames?
    /// The user of the process at the other end of a Unix socket.
    package var userID: UInt32?
    /// The conclusions about the credentials that came on the connection.
    package let notes: CallerNotes

    package init(
        address: String,
        certificate: CertificateNames? = nil,
        userID: UInt32? = nil,
        notes: CallerNotes = CallerNotes()
    ) {
        self.address = address
        network = CallerNetwork.of(address)
        self.certificate = certificate
        self.userID = userID
        self.notes = notes
    }

    /// Returns the caller that a trusted hop sends requests for.
    ///
    /// The rest stays: it is a fact of the connection.
    package func forwarded(for address: String) -> Self {
        forwarded(as: Self(address: address))
    }

    /// Returns the same with the address of another caller, whose network is known.
    func forwarded(as other: Self) -> Self {
        var caller = self
        caller.address = other.address
        caller.network = other.network
        return caller
    }
}
