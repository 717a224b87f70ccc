/// The caller of a request, known from the socket, the TLS handshake and trusted hops.
package struct Caller: Sendable {
    /// The address without a port, or the path of a Unix socket.
    package private(set) var address: String
    /// The part of the address that counts and buckets go by (``CallerNetwork``).
    package private(set) var network: String
    /// The facts of its connection, which no request changes; one reference, since each hit copies a caller.
    private var connection: CallerConnection

    package init(address: String, certificate: CertificateNames? = nil, userID: UInt32? = nil) {
        self.address = address
        network = CallerNetwork.of(address)
        connection = CallerConnection(certificate: certificate, userID: userID)
    }

    /// The names in a verified client certificate.
    package var certificate: CertificateNames? { connection.certificate }
    /// The user of the process at the other end of a Unix socket.
    package var userID: UInt32? { connection.userID }
    /// Whether the connection itself names its caller, so that a credential is not all that there is to it.
    package var isNamed: Bool { connection.isNamed }
    /// The conclusions about the credentials that came on the connection.
    package var notes: CallerNotes { connection.notes }

    /// Takes over what the handshake has verified.
    mutating func verified(by certificate: CertificateNames?) {
        connection = CallerConnection(certificate: certificate, userID: connection.userID)
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

    /// Returns the same with the address of another caller, whose network is known.
    func forwarded(as other: Self) -> Self {
        var caller = self
        caller.address = other.address
        caller.network = other.network
        return caller
    }
}

/// The facts of a connection that name its caller.
private final class CallerConnection: Sendable {
    let certificate: CertificateNames?
    let userID: UInt32?
    let isNamed: Bool
    let notes = CallerNotes()

    init(certificate: CertificateNames?, userID: UInt32?) {
        self.certificate = certificate
        self.userID = userID
        isNamed = certificate != nil || userID != nil
    }
}
