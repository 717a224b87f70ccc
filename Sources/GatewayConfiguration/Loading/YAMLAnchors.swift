/// Finds the first `&name` that YAML would take for an anchor.
///
/// Without an anchor there is no alias that could resolve. Knows quotes and comments and no more: an ampersand
/// that begins a word in a plain value is taken for an anchor too, which costs its author a pair of quotes.
enum YAMLAnchors {
    static func first(in text: String) -> TextPosition? {
        var (line, column) = (1, 0)
        var quote: Unicode.Scalar?
        var isComment = false
        var previous: Unicode.Scalar = "\n"
        for (index, scalar) in zip(text.unicodeScalars.indices, text.unicodeScalars) {
            column += 1
            defer { previous = scalar }
            if scalar == "\n" {
                (line, column, isComment) = (line + 1, 0, false)
                continue
            }
            if isComment { continue }
            let startsWord =
                previous == " " || previous == "\t" || previous == "\n"
                || "[{,".unicodeScalars.contains(previous)
            if let open = quote {
                // A doubled or escaped quote closes and opens again, which comes to the same.
                if scalar == open, !(open == "\"" && previous == "\\") { quote = nil }
            } else if startsWord, scalar == "\"" || scalar == "'" {
                quote = scalar
            } else if startsWord, scalar == "#" {
                isComment = true
            } else if startsWord, scalar == "&" {
                let next = text.unicodeScalars.index(after: index)
                if next < text.unicodeScalars.endIndex, !text.unicodeScalars[next].properties.isWhitespace {
                    return TextPosition(line: line, column: column)
                }
            }
        }
        return nil
    }
}
