/// The `code` label: the statuses that the gateway and AWS use, and `other` for all else.
///
/// Upstream may send any number. The number of series must not depend on it.
enum CodeLabel {
    static let known = [
        200, 201, 202, 204, 304, 400, 401, 403, 404, 405, 408, 409, 413, 414, 415, 417, 429, 431, 499,
        500, 501, 502, 503, 504, 505,
    ]
    static let count = known.count + 1

    /// Returns the position of the label value; 0 is `other`.
    static func index(_ status: Int) -> Int { (100..<600).contains(status) ? Int(table[status - 100]) : 0 }

    static func name(_ index: Int) -> String {
        known.indices.contains(index - 1) ? String(known[index - 1]) : "other"
    }

    private static let table: [UInt8] = (100..<600).map { status in
        UInt8(truncatingIfNeeded: (known.firstIndex(of: status) ?? -1) + 1)
    }
}
