import Messages

/// A log line for people: words, then `name=value` pairs, quoted as in JSON where they need it.
struct TextLine {
    private var text: String

    init(timestamp: Int64) { text = RFC3339.text(nanosecondsSince1970: timestamp) }

    /// Adds a word, quoted if it is more than one.
    mutating func add(_ word: String) {
        text += " "
        if word.isEmpty || word.unicodeScalars.contains(where: Self.needsQuotes) {
            JSONLine.append(word, to: &text)
        } else {
            text += word
        }
    }

    /// Adds a pair; none for nil.
    mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        // A name can be any text too: log metadata gives it.
        text += " \(name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) })="
        if value.isEmpty || value.unicodeScalars.contains(where: Self.needsQuotes) {
            JSONLine.append(value, to: &text)
        } else {
            text += value
        }
    }

    /// Adds a message, quoted only if a part of it could pass for another line or a command to the terminal.
    mutating func add(sentence: String) {
        text += " "
        if sentence.unicodeScalars.contains(where: TextEscape.isHarmful) {
            JSONLine.append(sentence, to: &text)
        } else {
            text += sentence
        }
    }

    /// Returns the whole line, with its line feed.
    consuming func finished() -> [UInt8] { Array((text + "\n").utf8) }

    /// Returns whether a scalar is beyond printable ASCII, or would split a word or a pair in two.
    private static func needsQuotes(_ scalar: Unicode.Scalar) -> Bool {
        !(0x21...0x7E).contains(scalar.value) || scalar == "\"" || scalar == "=" || scalar == "\\"
    }
}
