/// The sections of one AWS configuration or credentials file, as they are written.
///
/// Reads lines as bytes, since Swift takes a carriage return with its line feed for one character. The rules
/// are those of the AWS SDKs' shared parser tests. A property that cannot be read makes the whole file an
/// error: half a profile would be worse than none.
struct ProfileFile: Equatable {
    /// `[name]` and the properties under it; a later property of the same name wins.
    struct Section: Equatable {
        var name: String
        var properties: [String: String] = [:]
    }

    /// Where and why a file cannot be read: never with what stands there.
    struct Malformed: Error, Equatable {
        /// From 1.
        var line: Int
        var reason: String
    }

    private(set) var sections: [Section] = []
    /// The property that an indented line continues; nil at the head of a section.
    private var property: String?
    /// Whether that property was empty on its own line, so that what follows must be properties of it.
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

    /// Takes one line in; returns what is wrong with it.
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

    /// Cuts a property's line at a comment sign, which counts behind white space only.
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
    /// Without ASCII white space at its ends; an SDK takes no other for such.
    var trimmed: String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || 0x09...0x0D ~= $0 }
        guard let first = utf8.firstIndex(where: { !isSpace($0) }),
            let last = utf8.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(Substring(utf8[first...last]))
    }
}
