import CognitoSync
import Gateway
import Policy

/// A finished exchange that took so long.
func exchange(
    _ operation: OperationName? = .listRecords,
    status: Int = 200,
    cache: CacheOutcome = .none,
    nanoseconds: Int64 = 1_000_000
) -> Exchange {
    var exchange = Exchange(
        start: Instant(nanoseconds: 5),
        timestamp: 1_790_000_000_123_456_789,
        method: "GET",
        requestID: "request-1",
        clientAddress: "127.0.0.1"
    )
    exchange.end = exchange.start.advanced(byNanoseconds: nanoseconds)
    exchange.operation = operation
    exchange.status = status
    exchange.cache = cache
    return exchange
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
