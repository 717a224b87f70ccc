/// Everything in one request that is out of the model's bounds: counted in full, listed up to a bound.
struct Violations {
    /// More would make an answer larger than it is of use.
    private static let listed = 20

    private(set) var count = 0
    private var texts: [String] = []

    /// Notes a value that fails a constraint; `value` is nil where the request has none.
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

    /// Checks the length of a string that is not decoded for it; such constraints have no pattern.
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

    /// The error that tells of all of them, or nil if there are none.
    var error: APIError? {
        if count == 0 { return nil }
        let noun = count == 1 ? "validation error" : "validation errors"
        let more = count > texts.count ? "; and \(count - texts.count) more" : ""
        return .invalidParameter("\(count) \(noun) detected: \(texts.joined(separator: "; "))\(more)")
    }
}

/// A caller's text inside a message.
enum Quotation {
    /// In Unicode scalars.
    static let limit = 100

    static func cut(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return text }
        return String(scalars[..<end]) + "..."
    }
}
