extension Configuration {
    /// Bounds of what one caller can make the gateway hold; sizes in bytes.
    package struct Limits: Sendable, Equatable {
        package var header = 32 << 10
        package var field = 8 << 10
        package var fields = 100
        package var target = 8 << 10
        package var body = 4 << 20
        package var connections = 4096
        package var connectionsPerPeer = 512
        /// Requests in work at once; above it 503.
        package var inFlight = 1024
    }

    /// How long a caller's connection may take over each step.
    package struct Timeouts: Sendable, Equatable {
        /// From the accepted connection to its first byte.
        package var silent = Duration.seconds(5)
        /// From a request's first byte to the end of its head.
        package var head = Duration.seconds(5)
        package var body = Duration.seconds(10)
        /// Without any progress in sending the answer.
        package var write = Duration.seconds(10)
        /// Between two requests.
        package var idle = Duration.seconds(60)
    }

    /// The token buckets; each key of a table has its own.
    package struct Throttle: Sendable, Equatable {
        /// How many keys each table remembers.
        package var keys = 65_536
        package var caller = CallerBucket()
        package var identity = IdentityBucket()
        package var upstream = UpstreamBucket()
    }

    /// Counts every request; rates are per second.
    package struct CallerBucket: Sendable, Equatable {
        package var key = CallerKey.address
        package var rate: Int64 = 200
        package var burst: Int64 = 400
    }

    /// Counts what is forwarded.
    package struct IdentityBucket: Sendable, Equatable {
        package var key = IdentityKey.identity
        package var rate: Int64 = 20
        package var burst: Int64 = 40
    }

    /// Counts what is forwarded, all of it in one bucket.
    package struct UpstreamBucket: Sendable, Equatable {
        package var key = UpstreamKey.none
        package var rate: Int64 = 2000
        package var burst: Int64 = 4000
    }
}

/// What tells callers apart.
package enum CallerKey: String, CaseIterable, Sendable {
    case address
    /// The subject of the verified client certificate.
    case certificate
    /// One bucket for all.
    case none
}

package enum IdentityKey: String, CaseIterable, Sendable {
    /// An identity within its pool.
    case identity
    /// One bucket for all.
    case none
}

package enum UpstreamKey: String, CaseIterable, Sendable {
    /// One bucket for all.
    case none
}
