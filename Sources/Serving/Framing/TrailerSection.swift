import HTTPTypes
import Messages

/// A reader of the trailer fields after the last chunk, which checks them as in a head and drops them.
///
/// Fields that frame or route are refused there (RFC 9110 section 6.5.1).
struct TrailerSection: Sendable {
    private static let forbidden: Set<String> = [
        "authorization", "connection", "content-length", "expect", "host", "te", "trailer",
        "transfer-encoding",
        "upgrade",
    ]

    private let limits: ServerLimits
    private var line: [UInt8] = []
    private var afterCarriageReturn = false
    /// The bytes of the section so far; the limit of a head applies.
    private var consumed = 0
    private var fields = 0

    init(limits: ServerLimits) { self.limits = limits }

    /// Consumes one byte.
    ///
    /// - Returns: True if this byte ends the section.
    mutating func accept(_ byte: UInt8) throws(Refusal) -> Bool {
        consumed += 1
        guard consumed <= limits.head else { throw .headTooLarge }
        if afterCarriageReturn {
            guard byte == .lineFeed else { throw .malformed }
            afterCarriageReturn = false
            return try endLine()
        }
        if byte == .carriageReturn {
            afterCarriageReturn = true
        } else {
            guard !byte.isForbiddenControl else { throw .malformed }
            guard line.count < limits.field else { throw .headTooLarge }
            line.append(byte)
        }
        return false
    }

    /// Checks a line that is whole.
    ///
    /// - Returns: True for the empty line, which ends the section.
    private mutating func endLine() throws(Refusal) -> Bool {
        if line.isEmpty { return true }
        fields += 1
        guard fields <= limits.fields else { throw .headTooLarge }
        let field = try FieldLine(line.span, in: line.indices)
        let name = HTTPField.Name(String(decoding: line[field.name], as: UTF8.self))
        guard let name, !Self.forbidden.contains(name.canonicalName) else { throw .malformed }
        line.removeAll(keepingCapacity: true)
        return false
    }
}
