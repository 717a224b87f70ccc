/// All that a server is told when it starts.
package struct ServerConfiguration: Sendable {
    package var address: ListenAddress
    package var tls: TLSFiles?
    package var loops: EventLoops
    package var limits: ServerLimits
    package var timeouts: ServerTimeouts

    package init(
        address: ListenAddress,
        loops: EventLoops,
        tls: TLSFiles? = nil,
        limits: ServerLimits = ServerLimits(),
        timeouts: ServerTimeouts = ServerTimeouts()
    ) {
        self.address = address
        self.loops = loops
        self.tls = tls
        self.limits = limits
        self.timeouts = timeouts
    }
}

/// The files of a TLS listener, all PEM.
package struct TLSFiles: Sendable, Equatable {
    /// The server's certificate, and after it the intermediates up to the root.
    package var certificateFile: String
    package var keyFile: String
    /// With it every client must show a certificate that one of these authorities signed.
    package var clientCAFile: String?

    package init(certificateFile: String, keyFile: String, clientCAFile: String? = nil) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.clientCAFile = clientCAFile
    }
}

/// How long a server waits.
package struct ServerTimeouts: Sendable, Equatable {
    /// From accept to the end of the TLS handshake.
    package var handshake = Duration.seconds(5)
    /// From accept, or the end of the handshake, to the first byte.
    package var silent = Duration.seconds(5)
    /// From the first byte of a head to its last.
    package var head = Duration.seconds(5)
    /// Between an answer and the first byte of the next request.
    package var idle = Duration.seconds(60)
    /// From the end of the head to the end of the body.
    package var body = Duration.seconds(10)
    /// A body's bytes a second, on average since its head, once `bodyGrace` is over.
    package var bodyRate = 1024
    package var bodyGrace = Duration.seconds(2)
    /// Without one byte of an answer leaving.
    package var writeStall = Duration.seconds(10)
    /// For a client to take the last answer and hang up before the connection is cut.
    package var linger = Duration.seconds(2)
    /// What an idle connection still has when draining starts: a request may be on its way.
    package var drainIdle = Duration.milliseconds(200)

    package init() {}
}
