internal import CognitoSync

/// The `operation` label: one of the 17, or none where no operation was recognised.
enum OperationLabel {
    static let count = OperationName.allCases.count + 1

    static func index(_ operation: OperationName?) -> Int {
        guard let operation else { return 0 }
        // Most requests ask for this; for the others the search is worth no table.
        return operation == .listRecords ? listRecords : (positions[operation] ?? -1) + 1
    }

    static func name(_ index: Int) -> String {
        OperationName.allCases.indices.contains(index - 1)
            ? OperationName.allCases[index - 1].rawValue : "none"
    }

    private static let listRecords = (positions[.listRecords] ?? -1) + 1

    private static let positions = Dictionary(
        uniqueKeysWithValues: OperationName.allCases.enumerated().map { ($1, $0) }
    )
}

/// The `code` label: the statuses that the gateway and the service use, and one for all others.
///
/// An origin may answer with any number; the number of series may not depend on it.
enum CodeLabel {
    static let known = [
        200, 201, 202, 204, 304, 400, 401, 403, 404, 405, 408, 409, 413, 414, 415, 417, 429, 431, 499,
        500, 501, 502, 503, 504, 505,
    ]
    static let count = known.count + 1

    static func index(_ status: Int) -> Int { (100..<600).contains(status) ? Int(table[status - 100]) : 0 }

    static func name(_ index: Int) -> String {
        known.indices.contains(index - 1) ? String(known[index - 1]) : "other"
    }

    private static let table: [UInt8] = (100..<600).map { status in
        UInt8(truncatingIfNeeded: (known.firstIndex(of: status) ?? -1) + 1)
    }
}

/// What became of an upstream call: its status, or that no whole answer came.
package enum UpstreamOutcome: Sendable, Equatable {
    case answered(status: Int)
    case unreachable
    case timedOut
    case cut
    case malformed
    case cancelled

    static let failures: [Self] = [.unreachable, .timedOut, .cut, .malformed, .cancelled]
    static let labelCount = CodeLabel.count + failures.count

    var index: Int {
        switch self {
        case .answered(let status): CodeLabel.index(status)
        case .unreachable: CodeLabel.count
        case .timedOut: CodeLabel.count + 1
        case .cut: CodeLabel.count + 2
        case .malformed: CodeLabel.count + 3
        case .cancelled: CodeLabel.count + 4
        }
    }

    static func name(_ index: Int) -> String {
        switch index - CodeLabel.count {
        case 0: "unreachable"
        case 1: "timeout"
        case 2: "cut"
        case 3: "malformed"
        case 4: "cancelled"
        default: CodeLabel.name(index)
        }
    }
}
