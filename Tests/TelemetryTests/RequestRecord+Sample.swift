import CognitoSync
import Gateway
import Policy

/// A finished exchange that took so long.
func record(
    _ operation: OperationName? = .listRecords,
    status: Int = 200,
    cache: CacheOutcome = .none,
    nanoseconds: Int64 = 1_000_000
) -> RequestRecord {
    var record = RequestRecord(
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

/// Whether a text stays within its line and does nothing to a terminal, by Unicode's categories.
func isOneHarmlessLine(_ text: some StringProtocol) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: false
        default: !scalar.properties.isBidiControl
        }
    }
}
