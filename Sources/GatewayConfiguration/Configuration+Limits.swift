internal import Serving

extension Configuration {
    /// The bounds of what one caller can make the gateway hold; sizes are in bytes.
    ///
    /// The defaults are those of ``ServerLimits``; the number of requests in work is a limit of the gateway.
    package struct Limits: Sendable, Equatable {
        package var header = ServerLimits().head
        package var field = ServerLimits().field
        package var fields = ServerLimits().fields
        package var target = ServerLimits().target
        package var body = ServerLimits().body
        /// The size of request bodies and unsent responses together; nil for a quarter of the memory.
        package var bytes: Int?
        package var connections = ServerLimits().connections
        package var connectionsPerPeer = ServerLimits().connectionsPerPeer
        /// The number of requests of one connection; nil for no bound.
        package var requestsPerConnection: Int?
        /// The number of requests in work at once; above it 503.
        package var inFlight = 1024
    }

    /// The longest time that a caller may take over each step; the defaults are those of ``ServerTimeouts``.
    package struct Timeouts: Sendable, Equatable {
        /// The time from the accepted connection to its first byte.
        package var silent = ServerTimeouts().silent
        /// The time from the first byte of a request to the end of its head.
        package var head = ServerTimeouts().head
        package var body = ServerTimeouts().body
        /// The time without any progress in sending the response.
        package var write = ServerTimeouts().writeStall
        /// The time between two requests.
        package var idle = ServerTimeouts().idle
        /// The age after which the next response of a connection is its last one; nil for none.
        package var connection: Duration?
    }
}
