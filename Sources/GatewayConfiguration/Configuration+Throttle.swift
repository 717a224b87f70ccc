extension Configuration {
    /// The token buckets; each key of a table has its own.
    package struct Throttle: Sendable, Equatable {
        /// The number of keys that each table remembers.
        package var keys = 65_536
        package var caller = CallerBucket()
        package var identity = IdentityBucket()
        package var upstream = UpstreamBucket()
    }

    /// The bucket of a caller, which counts every request; rates are per second.
    package struct CallerBucket: Sendable, Equatable {
        package var key = CallerKey.address
        package var rate: TokenRate = 200
        package var burst: Int64 = 400
    }

    /// The bucket of an identity, which counts its forwarded requests.
    package struct IdentityBucket: Sendable, Equatable {
        package var key = IdentityKey.identity
        package var rate: TokenRate = 20
        package var burst: Int64 = 40
    }

    /// The one bucket of all forwarded requests.
    package struct UpstreamBucket: Sendable, Equatable {
        package var rate: TokenRate = 2000
        package var burst: Int64 = 4000
    }
}

/// The mark by which callers have buckets of their own.
package enum CallerKey: String, CaseIterable, Sendable {
    case address
    /// The name of the caller, or the mark by which it is known; an unknown one has its address.
    case caller
    /// All callers share a bucket.
    case none
}

/// The mark by which identities have buckets of their own.
package enum IdentityKey: String, CaseIterable, Sendable {
    /// The identity within its pool.
    case identity
    /// All identities share a bucket.
    case none
}
