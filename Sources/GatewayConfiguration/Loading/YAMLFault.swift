/// A fault of a text as YAML; the position is nil where the whole text is at fault.
struct YAMLFault: Error, Equatable {
    var message: String
    var position: TextPosition?

    init(_ message: String, _ position: TextPosition?) {
        self.message = message
        self.position = position
    }
}

extension YAMLFault {
    /// Creates the fault of a problem that libyaml found, in words of our own: its texts help only those who know it.
    ///
    /// - Parameter beginning: The place where the brackets, quotes or section around the problem begin.
    /// - Parameter text: The whole text, in which the sign at the position is looked up.
    init(problem: String, at position: TextPosition, beginning: TextPosition?, in text: [UInt8]) {
        let signs = Signs(text, around: position)
        let line = beginning.map { "line \($0.line)" } ?? "the file"
        let reason =
            switch problem {
            case _ where signs.this == "\t": "a tab stands here; indent with blanks"
            case _ where signs.before == "$" && signs.this == "{":
                "${…} between braces or brackets needs quotes; write \"${VARIABLE}\""
            case _ where problem.contains("tab character"): "a tab stands here; indent with blanks"
            case "found character that cannot start any token":
                "a value begins with \(Quotation.text(String(signs.this ?? " "))); put the value in quotes"
            case "mapping values are not allowed in this context":
                "a second ': ' in one value; put the value in quotes, or begin a line for each key"
            case "could not find expected ':'": "a key without ': ' after it; write key: value"
            case "did not find expected ',' or '}'":
                "the braces of \(line) go wrong here; write { key: value, key: value }"
            case "did not find expected ',' or ']'":
                "the brackets of \(line) go wrong here; write [value, value]"
            case "did not find expected key", "did not find expected '-' indicator",
                "block sequence entries are not allowed in this context",
                "mapping keys are not allowed in this context":
                "the indentation does not fit \(line); indent what belongs together alike"
            case "found unexpected end of stream", "found unexpected document indicator":
                "the quotes of \(line) are not closed; close them"
            case "found unknown escape character", "did not find expected hexdecimal number",
                "found invalid Unicode character escape code":
                "no escape that double quotes know; write \\\\ for \\, or use single quotes"
            case "did not find expected alphabetic or numeric character":
                "a value begins with & or *; put the value in quotes"
            case "did not find expected node content": "a value is missing here; write one"
            case "control characters are not allowed": "a control character stands here; remove it"
            case _ where problem.contains("tag") || problem.contains("directive"):
                "tags and directives are not supported; put a value with ! or % in quotes"
            default: "this place makes no sense; put values with special signs in quotes"
            }
        self.init("not valid YAML: \(reason)", position)
    }
}

/// The sign at a position of a text, and the one before it in its line.
private struct Signs {
    var before: Unicode.Scalar?
    var this: Unicode.Scalar?

    init(_ text: [UInt8], around position: TextPosition) {
        let lines = text.split(separator: 0x0A, maxSplits: position.line, omittingEmptySubsequences: false)
        guard lines.indices.contains(position.line - 1) else { return }
        var column = 1
        for sign in String(decoding: lines[position.line - 1], as: UTF8.self).unicodeScalars {
            guard column < position.column else {
                this = sign
                return
            }
            before = sign
            column += 1
        }
    }
}
