package import CognitoSync
package import Policy

/// The facts of one request, gathered on the way and reported once, at its end.
///
/// Lower layers return facts; only the metrics and the access line, made from this value, tell them.
package struct RequestRecord: Sendable {
    /// On the monotonic clock.
    package var start: Instant
    /// On the wall clock when it began: nanoseconds since 1970, UTC.
    package var timestamp: Int64
    package var end: Instant

    package var method: String
    /// The path template, never the path: it would name an identity.
    package var route: String?
    package var operation: OperationName?
    package var form: RequestForm?
    package var identity: IdentityScope?

    package var status: Int
    /// The name of the error that was answered, from `x-amzn-ErrorType`.
    package var errorName: String?
    package var cache: CacheOutcome
    /// Seconds since the data was last confirmed upstream.
    package var age: Int64?
    package var throttle = ThrottleFacts()

    package var attempts = 0
    package var upstreamNanoseconds: Int64 = 0
    package var upstreamRequestID: String?

    package var bytesIn = 0
    package var bytesOut = 0
    package var requestID: String
    package var traceID: String?
    package var callerAddress: String
    /// The subject of the client certificate, where callers have one.
    package var caller: String?

    package init(start: Instant, timestamp: Int64, method: String, requestID: String, callerAddress: String) {
        self.start = start
        self.timestamp = timestamp
        self.end = start
        self.method = method
        self.status = 0
        self.cache = .none
        self.requestID = requestID
        self.callerAddress = callerAddress
    }

    package var nanoseconds: Int64 { end.nanoseconds(since: start) }

    /// What of it is counted.
    package var tally: RequestTally {
        RequestTally(
            operation: operation,
            status: status,
            cache: cache,
            nanoseconds: nanoseconds,
            bytesOut: bytesOut,
            throttle: throttle
        )
    }
}

/// What the metrics count of a request: no text.
package struct RequestTally: Sendable {
    package var operation: OperationName?
    package var status: Int
    package var cache: CacheOutcome
    package var nanoseconds: Int64
    package var bytesOut: Int
    package var throttle: ThrottleFacts
}

/// What the cache had to do with an answer: the `cache` and `outcome` labels.
package enum CacheOutcome: String, CaseIterable, Sendable {
    /// A fresh page of the table.
    case hit
    /// Made from pages of the table.
    case derived
    /// A fresh answer that the dataset does not exist.
    case absent
    /// A page past its time, given because upstream failed.
    case stale
    /// Waited for a fetch that another request had started.
    case joined
    /// Started the fetch.
    case lead
    /// Went by the table: not a read that it may answer.
    case pass
    /// Never came as far as the table.
    case none

    /// Whether the answer cost no upstream call of its own.
    package var avoidsUpstream: Bool {
        switch self {
        case .hit, .derived, .absent, .joined: true
        case .stale, .lead, .pass, .none: false
        }
    }
}

/// What each bucket decided; nil where it was not asked.
package struct ThrottleFacts: Sendable, Equatable {
    package var caller: ThrottleOutcome?
    package var identity: ThrottleOutcome?
    package var upstream: ThrottleOutcome?

    package init(
        caller: ThrottleOutcome? = nil,
        identity: ThrottleOutcome? = nil,
        upstream: ThrottleOutcome? = nil
    ) {
        self.caller = caller
        self.identity = identity
        self.upstream = upstream
    }

    package subscript(policy: ThrottlePolicy) -> ThrottleOutcome? {
        switch policy {
        case .caller: caller
        case .identity: identity
        case .upstream: upstream
        }
    }

    /// The bucket that refused, if one did.
    package var refusedBy: ThrottlePolicy? { ThrottlePolicy.allCases.first { self[$0] == .refused } }
}

package enum ThrottlePolicy: String, CaseIterable, Sendable {
    case caller
    case identity
    case upstream
}

package enum ThrottleOutcome: String, CaseIterable, Sendable {
    case admitted
    case refused
}
