/// The `role` label of certificates that end.
package enum CertificateRole: String, CaseIterable, Sendable {
    /// The certificate that callers see.
    case listen
    case listenClientCA = "listen_client_ca"
    /// The revocation list of callers' certificates, whose end is its next update.
    case listenClientCRL = "listen_client_crl"
    /// The certificate that operators see.
    case admin
    case adminClientCA = "admin_client_ca"
    case adminClientCRL = "admin_client_crl"
}
