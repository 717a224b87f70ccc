package import CognitoSync

/// The part of a request record that the metrics count; it holds no text.
package struct RequestTally: Sendable {
    package var operation: OperationName?
    package var status: Int
    package var cache: CacheOutcome
    package var nanoseconds: Int64
    package var bytesOut: Int
    package var throttle: ThrottleFacts

    @inlinable package init(
        operation: OperationName?,
        status: Int,
        cache: CacheOutcome,
        nanoseconds: Int64,
        bytesOut: Int,
        throttle: ThrottleFacts
    ) {
        self.operation = operation
        self.status = status
        self.cache = cache
        self.nanoseconds = nanoseconds
        self.bytesOut = bytesOut
        self.throttle = throttle
    }
}
