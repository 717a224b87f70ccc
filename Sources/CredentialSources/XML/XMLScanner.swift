/// A strict reader of small XML documents, as the query services of AWS send them (XML 1.0, fifth edition).
///
/// It takes less than XML allows: no document type, no processing instruction, names in ASCII. So nothing can
/// expand, and nothing outside of the document is read. The length bounds time and memory, the depth the stack.
struct XMLScanner {
    /// The largest document in bytes; one with credentials has about two kilobytes.
    static let maximumLength = 64 << 10
    static let maximumDepth = 16
    /// The most attributes of one element, since their names have to differ.
    static let maximumAttributes = 16

    private let bytes: [UInt8]
    private var position = 0

    /// Returns the root element of a document.
    static func root(of bytes: [UInt8]) throws(XMLError) -> XMLElement {
        guard bytes.count <= maximumLength else { throw .tooLong }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
        var scanner = XMLScanner(bytes: bytes)
        return try scanner.document()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func document() throws(XMLError) -> XMLElement {
        _ = consume([0xEF, 0xBB, 0xBF])
        if next("<?xml"), isSpace(byte(at: 5)) { try declaration() }
        try miscellany()
        guard byte() == UInt8(ascii: "<") else { throw .malformed(at: position) }
        let root = try element(depth: 1)
        try miscellany()
        guard position == bytes.count else { throw .malformed(at: position) }
        return root
    }

    /// Reads the XML declaration, whose only allowed encoding is UTF-8 (section 2.8).
    private mutating func declaration() throws(XMLError) {
        position += 5
        let start = position
        let attributes = try attributes()
        guard consume("?>"),
            attributes.map(\.name)
                == ["version", "encoding", "standalone"].filter({ name in
                    attributes.contains { $0.name == name }
                }), attributes.first?.name == "version", attributes.first?.value == "1.0"
        else { throw .malformed(at: start) }
        let encoding = attributes.first { $0.name == "encoding" }?.value ?? "UTF-8"
        guard encoding.lowercased() == "utf-8" else { throw .notUTF8 }
    }

    /// Reads white space and comments around the root.
    private mutating func miscellany() throws(XMLError) {
        repeat { skipSpace() } while try comment()
        try refuseDeclarations()
    }

    private func refuseDeclarations() throws(XMLError) {
        if next("<!DOCTYPE") { throw .documentType }
        if next("<?") { throw .processingInstruction }
    }

    private mutating func element(depth: Int) throws(XMLError) -> XMLElement {
        guard depth <= Self.maximumDepth else { throw .tooDeep }
        position += 1
        var element = XMLElement(name: try name())
        _ = try attributes()
        if consume("/>") { return element }
        guard consume(">") else { throw .malformed(at: position) }
        var text: [UInt8] = []
        while !next("</") {
            if next("<![CDATA[") {
                try section(into: &text)
            } else if try comment() {
                continue
            } else if byte() == UInt8(ascii: "<") {
                try refuseDeclarations()
                element.children.append(try self.element(depth: depth + 1))
            } else {
                try character(into: &text)
            }
        }
        position += 2
        let end = position
        guard try name() == element.name else { throw .malformed(at: end) }
        skipSpace()
        guard consume(">") else { throw .malformed(at: position) }
        element.text = String(decoding: text, as: UTF8.self)
        return element
    }

    /// Reads attributes up to a byte that begins none; each one needs white space before it (section 3.1).
    private mutating func attributes() throws(XMLError) -> [(name: String, value: String)] {
        var attributes: [(name: String, value: String)] = []
        while true {
            let start = position
            skipSpace()
            guard let first = byte(), Self.isNameStart(first) else { return attributes }
            guard position > start else { throw .malformed(at: position) }
            guard attributes.count < Self.maximumAttributes else { throw .tooManyAttributes }
            let beginning = position
            let name = try name()
            guard !attributes.contains(where: { $0.name == name }) else { throw .malformed(at: beginning) }
            skipSpace()
            guard consume("=") else { throw .malformed(at: position) }
            skipSpace()
            guard let quote = byte(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
                throw .malformed(at: position)
            }
            position += 1
            var value: [UInt8] = []
            while byte() != quote {
                guard byte() != UInt8(ascii: "<") else { throw .malformed(at: position) }
                try character(into: &value)
            }
            position += 1
            attributes.append((name, String(decoding: value, as: UTF8.self)))
        }
    }

    private mutating func name() throws(XMLError) -> String {
        let start = position
        guard let first = byte(), Self.isNameStart(first) else { throw .malformed(at: position) }
        while let byte = byte(), Self.isNameStart(byte) || Self.isNameRest(byte) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Reads one character of a text or an attribute: a reference, a line end, or the byte itself.
    private mutating func character(into text: inout [UInt8]) throws(XMLError) {
        guard let byte = byte() else { throw .malformed(at: position) }
        switch byte {
        case UInt8(ascii: "&"):
            try reference(into: &text)
        case UInt8(ascii: "]") where next("]]>"):
            throw .malformed(at: position)
        default:
            try plain(into: &text)
        }
    }

    /// Reads one byte that stands for itself; a line end becomes a line feed (section 2.11).
    private mutating func plain(into text: inout [UInt8]) throws(XMLError) {
        guard let byte = byte(), isAllowed(byte) else { throw .malformed(at: position) }
        position += 1
        guard byte == 0x0D else { return text.append(byte) }
        if self.byte() != 0x0A { text.append(0x0A) }
    }

    /// Returns whether XML has the character that begins here: no controls, no U+FFFE, no U+FFFF (section 2.2).
    private func isAllowed(_ byte: UInt8) -> Bool {
        if byte == 0xEF, self.byte(at: 1) == 0xBF, let last = self.byte(at: 2), last >= 0xBE { return false }
        return byte >= 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    /// Reads a reference to one of the five entities, or to a character by its number (section 4.1).
    private mutating func reference(into text: inout [UInt8]) throws(XMLError) {
        let start = position
        // The longest is `&#x10FFFF;`; leading zeros make it no longer than this.
        guard let length = bytes[start...].prefix(16).firstIndex(of: UInt8(ascii: ";")) else {
            throw .unknownEntity(at: start)
        }
        let name = String(decoding: bytes[(start + 1)..<length], as: UTF8.self)
        guard let scalar = Self.scalar(name) else { throw .unknownEntity(at: start) }
        text.append(contentsOf: String(Character(scalar)).utf8)
        position = length + 1
    }

    private static func scalar(_ name: String) -> Unicode.Scalar? {
        switch name {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        let isHexadecimal = name.hasPrefix("#x")
        let digits = name.dropFirst(isHexadecimal ? 2 : 1)
        // Swift's parser would take a sign.
        guard name.hasPrefix("#"), digits.first.map({ $0 != "+" && $0 != "-" }) ?? false,
            let number = UInt32(digits, radix: isHexadecimal ? 16 : 10),
            let scalar = Unicode.Scalar(number), number >= 0x20 || [0x09, 0x0A, 0x0D].contains(number),
            number != 0xFFFE, number != 0xFFFF
        else { return nil }
        return scalar
    }

    /// Reads a CDATA section, where nothing but its end has a meaning (section 2.7).
    private mutating func section(into text: inout [UInt8]) throws(XMLError) {
        position += 9
        while !consume("]]>") { try plain(into: &text) }
    }

    /// Reads a comment; returns false if none begins here.
    private mutating func comment() throws(XMLError) -> Bool {
        guard consume("<!--") else { return false }
        var dropped: [UInt8] = []
        while !next("--") { try plain(into: &dropped) }
        guard consume("-->") else { throw .malformed(at: position) }
        return true
    }

    private func byte(at distance: Int = 0) -> UInt8? {
        position + distance < bytes.count ? bytes[position + distance] : nil
    }

    private func next(_ text: StaticString) -> Bool { bytes[position...].starts(with: text.description.utf8) }

    private mutating func consume(_ text: StaticString) -> Bool { consume(text.description.utf8) }

    private mutating func consume(_ text: some Collection<UInt8>) -> Bool {
        guard bytes[position...].starts(with: text) else { return false }
        position += text.count
        return true
    }

    private mutating func skipSpace() {
        while isSpace(byte()) { position += 1 }
    }

    private func isSpace(_ byte: UInt8?) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private static func isNameStart(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: ":"): true
        default: false
        }
    }

    private static func isNameRest(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }
}
