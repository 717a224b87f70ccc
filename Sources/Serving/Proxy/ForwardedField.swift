import Messages

/// The field `Forwarded` of RFC 7239: a list of elements, of which each hop appends one.
enum ForwardedField {
    /// Returns the value of `for` of each element, an empty text for an element without one.
    ///
    /// - Returns: Nil for a value that is malformed: its parts cannot be told apart.
    static func nodes(_ value: String) -> [String]? {
        var reader = Reader(bytes: Array(value.utf8))
        var nodes: [String] = []
        var element = Element()
        while true {
            guard reader.readPair(into: &element) else { return nil }
            let separator = reader.next()
            if separator == UInt8(ascii: ";") { continue }
            guard separator == nil || separator == UInt8(ascii: ",") else { return nil }
            // The grammar of lists permits empty elements (RFC 9110 section 5.6.1.2).
            if !element.isEmpty { nodes.append(element.node ?? "") }
            guard separator != nil else { return nodes }
            element = Element()
        }
    }

    /// The part of an element that has been read.
    private struct Element {
        var isEmpty = true
        var node: String?
    }

    /// A position in the bytes of a value.
    private struct Reader {
        let bytes: [UInt8]
        var index = 0

        /// Removes and returns the next byte; nil at the end.
        mutating func next() -> UInt8? {
            guard index < bytes.count else { return nil }
            defer { index += 1 }
            return bytes[index]
        }

        /// Reads a pair, or nothing where there is none.
        ///
        /// - Returns: False for a malformed pair, and for a second `for`, which RFC 7239 section 4 forbids.
        mutating func readPair(into element: inout Element) -> Bool {
            skip(\.isBlank)
            let name = skip(\.isTokenByte)
            guard !name.isEmpty else { return true }
            guard next() == UInt8(ascii: "="), let value = readValue() else { return false }
            element.isEmpty = false
            if name.lowercased() == "for" {
                guard element.node == nil else { return false }
                element.node = value
            }
            skip(\.isBlank)
            return true
        }

        /// Reads a token or a quoted string (RFC 9110 section 5.6); nil for anything else.
        private mutating func readValue() -> String? {
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
                let token = skip(\.isTokenByte)
                return token.isEmpty ? nil : token
            }
            index += 1
            var text: [UInt8] = []
            while let byte = next() {
                switch byte {
                case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
                case UInt8(ascii: "\\"):
                    guard let escaped = next() else { return nil }
                    text.append(escaped)
                default: text.append(byte)
                }
            }
            return nil
        }

        /// Skips the next bytes that satisfy a condition, and returns them as text.
        @discardableResult
        private mutating func skip(_ condition: (UInt8) -> Bool) -> String {
            let start = index
            while index < bytes.count, condition(bytes[index]) { index += 1 }
            return String(decoding: bytes[start..<index], as: UTF8.self)
        }
    }
}
