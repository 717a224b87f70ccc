import CognitoSync
import Policy
import Telemetry

extension RequestRecord {
    /// Returns the record of a finished request.
    static func sample(
        _ operation: OperationName? = .listRecords,
        status: Int = 200,
        cache: CacheOutcome = .none,
        nanoseconds: Int64 = 1_000_000
    ) -> Self {
        var record = Self(
            start: Instant(nanoseconds: 5),
            timestamp: 1_790_000_000_123_456_789,
            method: "GET",
            requestID: "request-1",
            callerAddress: "127.0.0.1"
        )
        record.end = record.start.advanced(byNanoseconds: nanoseconds)
        record.operation = operation
        record.status = status
        record.cache = cache
        return record
    }
}
