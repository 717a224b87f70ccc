package import CognitoSync
package import Policy

/// The facts of one request, gathered by the pipeline and reported once, at its end.
///
/// Lower layers return facts and report nothing. The metrics and the access line are made from this value alone.
package struct RequestRecord: Sendable {
    /// The start of the request, on the monotonic clock.
    package var start: Instant
    /// The start of the request on the wall clock: nanoseconds since 1970, UTC.
    package var timestamp: Int64
    /// The end of the request, on the monotonic clock.
    package var end: Instant

    package var method: String
    /// The template of the path; the path itself would name an identity.
    package var route: String?
    package var operation: OperationName?
    package var form: RequestForm?
    package var identity: IdentityScope?

    package var status: Int
    /// The name of the error in the response, from `x-amzn-ErrorType`.
    package var errorName: String?
    /// The reason why an upstream request failed; nil where none did.
    package var reason: FailureReason?
    package var cache: CacheOutcome
    /// The seconds since the data was last fetched or revalidated.
    package var age: Int64?
    package var throttle = ThrottleFacts()

    /// The number of upstream requests, retries included.
    package var attempts = 0
    /// The time from the first attempt to the end of the last, pauses included.
    package var upstreamNanoseconds: Int64 = 0
    package var upstreamRequestID: String?

    /// The length of the request body.
    package var bytesIn = 0
    /// The length of the response body.
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

    /// The duration of the request.
    package var nanoseconds: Int64 { end.nanoseconds(since: start) }

    /// The part of the record that the metrics count.
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
