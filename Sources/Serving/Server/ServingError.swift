/// The reason why a server did not start.
///
/// The operator can correct each of them: a wrong value in the configuration, or an address that is taken.
package enum ServingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A text that is not an address to listen on.
    case badAddress(String)
    /// A well-formed address that the system does not give (exit code 69).
    case cannotBind(address: String, reason: String)
    /// A certificate, key or CA file that cannot be read, or that does not fit the others.
    case badTLS(TLSFault)

    package var description: String {
        switch self {
        case .badAddress(let text):
            "'\(text)' is not an address to listen on; write \(ListenAddress.form)"
        case .cannotBind(let address, let reason):
            "cannot bind '\(address)': \(reason); free the address or choose another"
        case .badTLS(let fault): fault.description
        }
    }
}
