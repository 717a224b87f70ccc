import NIOCore
import NIOSSL

/// The outcome of a TLS handshake, from a closed set.
package enum HandshakeOutcome: String, CaseIterable, Sendable {
    case completed = "ok"
    /// The first bytes were plain HTTP.
    case plainHTTP = "plain_http"
    case noCertificate = "no_certificate"
    /// The certificate of the caller leads to none of the authorities.
    case unknownAuthority = "unknown_ca"
    /// The certificate of the caller, or one above it, is expired or not yet valid.
    case expired
    case revoked
    /// The certificate is not for client authentication, or is broken.
    case unfit
    /// The revocation list says nothing: it is out of date, or there is none of this authority.
    case noRevocationList = "no_crl"
    /// The two have no version or cipher suite in common, or the bytes are not TLS.
    case protocolError = "protocol"
    /// The caller ended the handshake by an alert, for example because it does not trust the certificate.
    case refusedByCaller = "refused_by_caller"
    /// The connection ended before the handshake did.
    case cut
    case timeout
}

extension HandshakeOutcome {
    /// Reads the outcome from an error of the library, and from the verification of the caller before it.
    init(of error: any Error, _ verification: CallerVerification?) {
        if let verdict = verification?.refusal {
            self = verdict
            return
        }
        guard !(error is IOError) else {
            self = .cut
            return
        }
        // The library has no codes for the reasons of its errors, only their text.
        let text = "\(error)".uppercased()
        let signs: [(String, Self)] = [
            ("PEER_DID_NOT_RETURN_A_CERTIFICATE", .noCertificate), ("_ALERT_", .refusedByCaller),
            ("EOF DURING HANDSHAKE", .cut), ("UNCLEANSHUTDOWN", .cut), ("CONNECTION_RESET", .cut),
        ]
        self = signs.first { text.contains($0.0) }?.1 ?? .protocolError
    }
}
