package import CognitoSync

/// What the emulator was asked since it began: the proof of how many calls reached the service.
package struct EmulatorStatistics: Sendable, Equatable {
    package internal(set) var requests: Int64 = 0
    /// By operation; what could not be read as one is in none.
    package internal(set) var calls: [OperationName: Int64] = [:]
    /// By status of the answer, those that were cut or dropped included.
    package internal(set) var statuses: [Int: Int64] = [:]
    /// Bytes of bodies.
    package internal(set) var bytesIn: Int64 = 0
    package internal(set) var bytesOut: Int64 = 0
    /// How often a fault struck.
    package internal(set) var faults: Int64 = 0

    package func calls(_ operation: OperationName) -> Int64 { calls[operation] ?? 0 }

    var json: JSONValue {
        .object([
            ("requests", .integer(requests)),
            (
                "operations",
                .object(
                    calls.sorted { $0.key.rawValue < $1.key.rawValue }
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
