/// The constraints of the API model on a string: its length in characters, and its pattern.
///
/// A character is a Unicode scalar. Both are checked over bytes, without a regular expression engine.
struct TextConstraint: Sendable {
    let lengths: ClosedRange<Int>
    var pattern: TextPattern?

    static let identity = Self(lengths: 1...55, pattern: .identity)
    static let datasetName = Self(lengths: 1...128, pattern: .datasetName)
    static let deviceID = Self(lengths: 1...256, pattern: .segment)
    static let recordKey = Self(lengths: 1...1024)
    static let recordValue = Self(lengths: 0...1_048_575)
    static let streamName = Self(lengths: 1...128)
    static let roleARN = Self(lengths: 20...2048, pattern: .roleARN)
    static let applicationARN = Self(lengths: 0...Int.max, pattern: .applicationARN)
    /// The constraint of a text that becomes a part of a target or of a header field.
    ///
    /// The model has no bound. A longer text exceeds the limits of HTTP servers and cannot be forwarded. The
    /// tokens of the service are Base64.
    static let token = Self(lengths: 0...8192, pattern: .printable)

    func allows(_ text: String) -> Bool {
        let bytes = text.utf8.span
        if let pattern, !pattern.matches(bytes) { return false }
        return lengths.contains(bytes.scalarCount)
    }

    /// Returns the constraints that a text fails, in the words of AWS: the pattern first, then the length.
    func failures(of text: String) -> [String] {
        let bytes = text.utf8.span
        let demand = pattern.flatMap { $0.matches(bytes) ? nil : $0.demand(of: bytes) }
        return (demand.map { [$0] } ?? []) + failures(scalars: bytes.scalarCount)
    }

    /// Returns the constraints that every text of this many scalars fails.
    func failures(scalars: Int) -> [String] {
        var failures: [String] = []
        if scalars > lengths.upperBound {
            failures.append("Member must have length less than or equal to \(lengths.upperBound)")
        }
        if scalars < lengths.lowerBound {
            failures.append("Member must have length greater than or equal to \(lengths.lowerBound)")
        }
        return failures
    }
}

extension Span<UInt8> {
    /// The number of Unicode scalars in UTF-8: each has exactly one byte that is no continuation byte.
    fileprivate var scalarCount: Int {
        var count = 0
        for index in indices where self[index] & 0xC0 != 0x80 { count += 1 }
        return count
    }
}
