/// The cleaning of texts that come from AWS or from libcurl, before a log or `/status` shows them.
///
/// AWS repeats what it was sent: the canonical request with the session token, and the resource with the identity.
enum FailureText {
    /// The longest text, and the longest name or request id, in characters.
    static let longestText = 300
    static let longestName = 128
    /// The length from which on a run of base64 is taken for a secret: signatures and tokens are longer.
    private static let longestRun = 39

    /// Returns the first sentence of a message, scrubbed.
    static func firstClause(_ text: String) -> String {
        scrubbed(String(text.prefix { $0 != "." && !$0.isNewline && $0 != "'" }))
    }

    /// Returns the first line of a text without runs that can be secrets, and without identities and datasets.
    static func scrubbed(_ text: String) -> String {
        let line = text.prefix { !$0.isNewline }.prefix(4 * longestText)
        var result = ""
        var run = ""
        for character in line {
            if isBase64(character) {
                run.append(character)
            } else {
                result += hidden(run, after: result)
                run = ""
                result.append(character)
            }
        }
        result += hidden(run, after: result)
        return withoutNames(result).prefix(longestText).description
    }

    private static func isBase64(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "+/".contains(character))
    }

    /// Returns a run, or a mark in its place if it is long, or follows the name of a secret field.
    private static func hidden(_ run: String, after text: String) -> String {
        guard !run.isEmpty else { return "" }
        let before = text.suffix(32).lowercased()
        let isNamed = ["security-token:", "security-token=", "signature=", "secret="].contains {
            before.hasSuffix($0) || before.hasSuffix($0 + " ")
        }
        return run.count > longestRun || isNamed ? "[hidden]" : run
    }

    /// Returns the text with a mark in place of each identity and dataset of a resource name.
    private static func withoutNames(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        let marks = ["identity/", "identities/", "dataset/", "datasets/"]
        while let first = marks.compactMap({ rest.range(of: $0) }).min(by: { $0.lowerBound < $1.lowerBound })
        {
            result += rest[..<first.upperBound]
            rest = rest[first.upperBound...]
            let name = rest.prefix { $0 != "/" && !$0.isWhitespace && $0 != "\"" }
            result += name == "null" || name == "*" ? String(name) : "[hidden]"
            rest = rest[name.endIndex...]
        }
        return result + rest
    }
}

extension Substring {
    /// Returns where a text first occurs.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
