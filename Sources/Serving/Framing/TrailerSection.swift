import HTTPTypes

/// Reads the trailer fields after the last chunk, holds them to the rules of a head's, and keeps none.
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
    private var taken = 0
    private var fields = 0

    init(limits: ServerLimits) { self.limits = limits }

    /// Takes one byte; true when it ended the section.
    mutating func accept(_ byte: UInt8) throws(Refusal) -> Bool {
        taken += 1
        guard taken <= limits.head else { throw .headTooLarge }
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
