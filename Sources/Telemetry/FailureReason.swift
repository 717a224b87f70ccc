/// The reason of a failed upstream request: a label, a member of the access line, a section of `docs/incident.md`.
///
/// The set is closed. Each says where to look: at the network, at AWS, or at the gateway itself.
package enum FailureReason: String, CaseIterable, Sendable {
    /// The name of upstream did not resolve.
    case dns
    /// No address of upstream took a connection.
    case refused
    /// The TLS handshake failed.
    case tls
    /// The connection ended before the response was whole.
    case reset
    case timeoutConnect = "timeout_connect"
    case timeoutFirstByte = "timeout_first_byte"
    case timeoutTotal = "timeout_total"
    /// AWS knows the gateway, which lacks a right.
    case denied
    /// AWS accepts neither the key nor the signature.
    case badSignature = "bad_signature"
    /// The credentials are past their end.
    case expired
    /// AWS asks for fewer requests.
    case throttled
    /// The circuit breaker kept the request back.
    case circuit
    /// No connection to upstream became free.
    case queue
    case noCredentials = "no_credentials"
    /// The bytes of the response are not HTTP, or not a response of the API.
    case malformed
}

extension FailureReason: ClosedSet {}

/// The `state` label of the circuit breaker.
package enum CircuitState: String, CaseIterable, Sendable {
    /// Every request goes.
    case closed
    /// No request goes.
    case open
    /// A request is on its way to find out.
    case probing
}
