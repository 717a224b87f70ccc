extension UpstreamError {
    /// The cause of a failed request, as an operator looks for it.
    package enum Cause: Sendable, Equatable {
        /// The name did not resolve, or not in time.
        case dns
        /// No address of the name took a connection, or none is allowed.
        case refused
        case tls
        /// The connection ended after the request was sent.
        case reset
        case timeoutConnect
        case timeoutFirstByte
        case timeoutTotal
        /// There was no room, or no connection became free in time.
        case queue
        case malformed
        /// The caller went away, which is no failure of the upstream.
        case cancelled

        /// Creates the usual cause of a kind, where nothing finer is known.
        init(_ kind: Kind, _ phase: Phase) {
            self =
                switch kind {
                case .unreachable: .refused
                case .timedOut: phase == .notSent ? .timeoutConnect : .timeoutTotal
                case .cut: .reset
                case .malformed, .tooLarge: .malformed
                case .cancelled: .cancelled
                case .unavailable: .queue
                }
        }
    }

    /// The observations of libcurl about the connection of a failed request, for the log.
    package struct Evidence: Sendable, Equatable {
        /// The result code of libcurl; 0 where it reported no failure.
        package var code: Int32
        /// The `errno` of the last failed connect; 0 if there was none.
        package var systemError: Int32
        /// The address that was connected to or tried last, with its port; nil before one was known.
        package var address: String?
        /// The sentence of libcurl and of its TLS library; nil if there is none.
        package var text: String?
    }
}
