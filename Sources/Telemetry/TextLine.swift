/// One line for people: words, then `name=value` pairs; whatever needs it is quoted as in JSON.
struct TextLine {
    private var text: String

    init(timestamp: Int64) { text = WallTime.text(nanosecondsSince1970: timestamp) }

    mutating func add(_ word: String) {
        text += " "
        if word.isEmpty || word.unicodeScalars.contains(where: Self.needsQuotes) {
            JSONLine.append(word, to: &text)
        } else {
            text += word
        }
    }

    mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        // A name can come from a caller of the log too, by way of metadata.
        text += " \(name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) })="
        if value.isEmpty || value.unicodeScalars.contains(where: Self.needsQuotes) {
            JSONLine.append(value, to: &text)
        } else {
            text += value
        }
    }

    /// A message: quoted only if something in it could be taken for another line or a command to the terminal.
    mutating func add(sentence: String) {
        text += " "
        if sentence.unicodeScalars.contains(where: LogText.isHarmful) {
            JSONLine.append(sentence, to: &text)
        } else {
            text += sentence
        }
    }

    consuming func finished() -> [UInt8] { Array((text + "\n").utf8) }

    /// Beyond printable ASCII, and what would make two words or two pairs of one.
    private static func needsQuotes(_ scalar: Unicode.Scalar) -> Bool {
        !(0x21...0x7E).contains(scalar.value) || scalar == "\"" || scalar == "=" || scalar == "\\"
    }
}
