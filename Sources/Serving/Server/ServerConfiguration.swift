/// The configuration of a server, complete at its start.
package struct ServerConfiguration: Sendable {
    package var address: ListenAddress
    /// The permissions of a Unix socket.
    package var permissions = SocketPermissions()
    /// Whether other processes of the same user may listen on the same TCP address.
    package var reusePort = false
    /// A listening socket to use in place of the address; nil to open one.
    package var inherited: InheritedSocket?
    package var tls: TLSFiles?
    package var loops: EventLoops
    package var limits: ServerLimits
    package var timeouts: ServerTimeouts
    /// The rules about hops; nil for a listener whose callers come directly.
    package var hops: HopPolicy?
    /// The path that tells load balancers whether requests are served; nil for none.
    package var healthPath: String?

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

/// The longest times that a server waits for a caller.
package struct ServerTimeouts: Sendable, Equatable {
    /// The time from accept to the end of the TLS handshake.
    package var handshake = Duration.seconds(5)
    /// The time from accept, or from the end of the handshake, to the first byte.
    package var silent = Duration.seconds(5)
    /// The time from the first byte of a head to its last.
    package var head = Duration.seconds(5)
    /// The time between a response and the first byte of the next request.
    ///
    /// It is longer than the 60 s of an AWS Application Load Balancer. The side that waits longer must be the
    /// server: else a request meets a connection that has just been closed.
    package var idle = Duration.seconds(75)
    /// The age of a connection after which its next response is the last one; nil for none.
    package var age: Duration?
    /// The time from the end of the head to the end of the body.
    package var body = Duration.seconds(10)
    /// The least bytes of a body per second, on average since its head; it counts once `bodyGrace` is over.
    package var bodyRate = 1024
    /// The time after the head in which `bodyRate` does not count.
    package var bodyGrace = Duration.seconds(2)
    /// The time in which no byte of a response leaves.
    package var writeStall = Duration.seconds(10)
    /// The time for a caller to read the last response and hang up.
    package var linger = Duration.seconds(2)
    /// The time that an idle connection still has when draining starts: a request may be on its way.
    package var drainIdle = Duration.milliseconds(200)
    /// The longest time that a request waits for the event loop to have time for its rejection.
    package var rejection = Duration.seconds(1)
    /// The lateness of a timer below which the event loop has time to spare.
    package var promptTimer = Duration.microseconds(100)

    package init() {}
}
