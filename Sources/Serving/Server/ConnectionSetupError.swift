/// The reason to close an accepted connection before the server reads from it.
///
/// The initializer of the channel throws it, and NIO then closes the channel. Nothing else reads it.
enum ConnectionSetupError: Error {
    /// The connection is closed without a response; see ``ConnectionAdmission/Verdict/dropped``.
    case dropped
    /// The connection is refused before its TLS handshake.
    case refused(Refusal)
    /// The event loop of the connection is not one of this server.
    case foreignEventLoop
    /// The channel has no synchronous options.
    case noSynchronousOptions
}
