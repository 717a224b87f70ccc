/// The escaping of characters that could forge a line, hide text or command a terminal.
///
/// A text in a log, a configuration or an error message may come from anyone.
package enum TextEscape {
    /// Returns whether a character must not appear in output as it is.
    ///
    /// These are the control characters of ASCII, DEL and C1, the Unicode line ends, the marks that change
    /// the direction of text, and the byte order mark.
    package static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }

    /// Appends a text with its harmful characters as `\u` and four digits: all of them are in the first
    /// plane.
    ///
    /// - Parameter limit: the maximum number of characters; the rest becomes `…`.
    /// - Parameter replacement: returns another text for a character, which takes precedence; nil for none.
    package static func append(
        _ value: String,
        to text: inout String,
        limit: Int = .max,
        replacement: (Unicode.Scalar) -> String? = { _ in nil }
    ) {
        var left = limit
        for scalar in value.unicodeScalars {
            guard left > 0 else {
                text += "…"
                return
            }
            left -= 1
            if let replaced = replacement(scalar) {
                text += replaced
            } else if isHarmful(scalar) {
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }
}
