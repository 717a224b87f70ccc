/// Why a server did not start.
///
/// All of it is the operator's to mend: a wrong value in the configuration, or an address that is taken.
package enum ServingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The text is no address to listen on.
    case badAddress(String)
    /// The address is well-formed and the system does not give it (exit code 69).
    case cannotBind(address: String, reason: String)
    /// A certificate, key or CA file cannot be read, or does not fit the others.
    case badTLS(file: String, reason: String)

    package var description: String {
        switch self {
        case .badAddress(let text):
            "not an address to listen on: '\(text)' (expected host:port, [ipv6]:port or unix:/path)"
        case .cannotBind(let address, let reason):
            "cannot bind \(address): \(reason)"
        case .badTLS(let file, let reason):
            "cannot use \(file) for TLS: \(reason)"
        }
    }
}
