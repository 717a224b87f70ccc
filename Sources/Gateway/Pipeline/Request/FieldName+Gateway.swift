import HTTPTypes

/// The header fields of the outside contract that swift-http-types has no name for.
extension HTTPField.Name {
    static let requestID = known("X-Request-Id")
    static let traceparent = known("traceparent")
    /// The id under which an AWS SDK sends all attempts of one call.
    static let sdkInvocationID = known("amz-sdk-invocation-id")
    static let syncgateWrite = known("x-syncgate-write")
    static let cacheStatus = known("Cache-Status")
    static let amznRequestID = known("x-amzn-RequestId")
    static let amznErrorType = known("x-amzn-ErrorType")
    static let amzRetryAfter = known("x-amz-retry-after")
    static let rateLimit = known("RateLimit")
    static let rateLimitPolicy = known("RateLimit-Policy")

    /// Returns the name of a field that this file spells.
    ///
    /// It must be a valid token, or the process does not start.
    private static func known(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("'\(text)' is no field name") }
        return name
    }
}
