/// The sections of one AWS configuration or credentials file, as they are written.
///
/// The lines are read as bytes: Swift takes a carriage return and a line feed for one character. The rules are
/// those of the parser tests that the AWS SDKs share. A property that cannot be read makes the whole file an
/// error: half a profile would be worse than none.
struct ProfileFile: Equatable {
    /// A `[name]` with the properties under it; a later property of the same name wins.
    struct Section: Equatable {
        var name: String
        var properties: [String: String] = [:]
    }

    /// The reason why a file cannot be read, without the text of the line.
    ///
    /// The texts are those of the parser tests that the AWS SDKs share, so they begin with a capital letter.
    struct Malformed: Error, Equatable {
        /// The number of the line, counted from 1.
        var line: Int
        var reason: String
    }

    private(set) var sections: [Section] = []
    /// The property that an indented line continues; nil at the head of a section.
    private var property: String?
    /// Whether that property was empty on its own line, so that the lines that follow must be its sub-properties.
    private var hasSubproperties = false

    init(_ bytes: [UInt8]) throws(Malformed) {
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: byteOrderMark) ? bytes[3...] : bytes[...]
        var number = 0
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            guard let line = String(validating: line, as: UTF8.self) else {
                throw Malformed(line: number, reason: "Not UTF-8")
            }
            if let reason = read(line) { throw Malformed(line: number, reason: reason) }
        }
    }

    /// Reads one line; returns the reason why it cannot be read, or nil.
    private mutating func read(_ line: String) -> String? {
        let trimmed = line.trimmed
        guard !trimmed.isEmpty, let first = line.utf8.first else { return nil }
        switch first {
        case UInt8(ascii: "#"), UInt8(ascii: ";"): return nil
        case UInt8(ascii: "["): return readSection(line)
        case UInt8(ascii: " "), UInt8(ascii: "\t"): return readContinuation(trimmed)
        default: return readProperty(line)
        }
    }

    private mutating func readSection(_ line: String) -> String? {
        let comment = line.utf8.firstIndex { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: ";") }
        let definition = String(line[..<(comment ?? line.endIndex)]).trimmed
        guard definition.utf8.count > 1, definition.utf8.last == UInt8(ascii: "]") else {
            return "Profile definition must end with ']'"
        }
        sections.append(Section(name: String(definition.dropFirst().dropLast()).trimmed))
        property = nil
        hasSubproperties = false
        return nil
    }

    private mutating func readProperty(_ line: String) -> String? {
        guard !sections.isEmpty else { return "Expected a profile definition" }
        let text = Self.withoutComment(line)
        guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else {
            return "Expected an '=' sign defining a property"
        }
        let name = String(text[..<equals]).trimmed.lowercased()
        guard !name.isEmpty else { return "Property did not have a name" }
        let value = String(text[text.utf8.index(after: equals)...]).trimmed
        sections[sections.endIndex - 1].properties[name] = value
        property = name
        hasSubproperties = value.isEmpty
        return nil
    }

    private mutating func readContinuation(_ text: String) -> String? {
        guard !sections.isEmpty else { return "Expected a profile definition, found continuation" }
        guard let property else { return "Expected a property definition, found continuation" }
        if hasSubproperties {
            guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else {
                return "Expected an '=' sign defining a sub-property"
            }
            if String(text[..<equals]).trimmed.isEmpty { return "Sub-property did not have a name" }
        }
        sections[sections.endIndex - 1].properties[property, default: ""] += "\n" + text
        return nil
    }

    /// Returns the line of a property up to its comment; a comment sign counts behind white space only.
    private static func withoutComment(_ line: String) -> String {
        var previous: UInt8 = 0
        for index in line.utf8.indices {
            let byte = line.utf8[index]
            let isSign = byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";")
            if isSign, previous == UInt8(ascii: " ") || previous == UInt8(ascii: "\t") {
                return String(line[..<index])
            }
            previous = byte
        }
        return line
    }
}

extension String {
    /// The text without ASCII white space at its ends; the SDKs trim no other.
    var trimmed: String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || 0x09...0x0D ~= $0 }
        guard let first = utf8.firstIndex(where: { !isSpace($0) }),
            let last = utf8.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(Substring(utf8[first...last]))
    }
}
