/// The violations of the model in one request: all are counted, and a bounded number is listed.
struct Violations {
    /// The number of listed violations: more would make the response larger than useful.
    private static let listed = 20

    private(set) var count = 0
    private var texts: [String] = []

    /// Records a value that fails a constraint; `value` is nil if the request has none.
    mutating func add(_ value: String?, at path: @autoclosure () -> String, _ constraint: String) {
        count += 1
        guard texts.count < Self.listed else { return }
        let quoted = value.map { "'\(Quotation.cut($0))'" } ?? "null"
        texts.append("Value \(quoted) at '\(path())' failed to satisfy constraint: \(constraint)")
    }

    mutating func check(_ text: String, at path: @autoclosure () -> String, _ constraint: TextConstraint) {
        if constraint.allows(text) { return }
        for failure in constraint.failures(of: text) { add(text, at: path(), failure) }
    }

    /// Checks the length of a string without decoding it; such constraints have no pattern.
    mutating func checkLength(
        of string: JSONString,
        in bytes: [UInt8],
        at path: @autoclosure () -> String,
        _ constraint: TextConstraint
    ) {
        if constraint.lengths.contains(string.scalars) { return }
        let beginning = string.beginning(in: bytes, scalars: Quotation.limit + 1)
        for failure in constraint.failures(scalars: string.scalars) {
            add(beginning, at: path(), failure)
        }
    }

    mutating func merge(_ other: Self) {
        count += other.count
        texts.append(contentsOf: other.texts.prefix(max(0, Self.listed - texts.count)))
    }

    /// The error that lists the violations, or nil if there are none.
    var error: APIError? {
        if count == 0 { return nil }
        let noun = count == 1 ? "validation error" : "validation errors"
        let more = count > texts.count ? "; and \(count - texts.count) more" : ""
        return .invalidParameter("\(count) \(noun) detected: \(texts.joined(separator: "; "))\(more)")
    }
}

/// The quotation of a text of the caller in a message.
enum Quotation {
    /// The longest quotation, in Unicode scalars.
    static let limit = 100

    /// Returns the text, cut at the limit and marked with three points if it is longer.
    static func cut(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return text }
        return String(scalars[..<end]) + "..."
    }
}
