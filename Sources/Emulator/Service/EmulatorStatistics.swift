package import CognitoSync

/// The counts since the start of the emulator: the proof of how many requests reached upstream.
package struct EmulatorStatistics: Sendable, Equatable {
    package internal(set) var requests: Int64 = 0
    /// The requests of each operation; a request that does not decode is in none.
    package internal(set) var operations: [OperationName: Int64] = [:]
    /// The responses of each status, even those that were cut or dropped.
    package internal(set) var statuses: [Int: Int64] = [:]
    /// The bytes of the bodies of requests.
    package internal(set) var bytesIn: Int64 = 0
    /// The bytes of the bodies of responses, before any cut.
    package internal(set) var bytesOut: Int64 = 0
    /// The number of strikes of faults.
    package internal(set) var faults: Int64 = 0

    /// Returns the number of requests of an operation.
    package func count(of operation: OperationName) -> Int64 { operations[operation] ?? 0 }

    var json: JSONValue {
        .object([
            ("requests", .integer(requests)),
            (
                "operations",
                .object(
                    operations.sorted { $0.key.rawValue < $1.key.rawValue }
                        .map { ($0.key.rawValue, .integer($0.value)) }
                )
            ),
            (
                "statuses",
                .object(statuses.sorted { $0.key < $1.key }.map { (String($0.key), .integer($0.value)) })
            ),
            ("bytesIn", .integer(bytesIn)),
            ("bytesOut", .integer(bytesOut)),
            ("faults", .integer(faults)),
        ])
    }
}
