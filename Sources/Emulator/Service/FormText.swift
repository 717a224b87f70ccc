import Messages

/// The parser of `application/x-www-form-urlencoded`, as browsers and `curl -d` send it.
enum FormText {
    static func pairs(_ text: String) throws(InputError) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for item in text.split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            pairs.append((try decode(parts[0]), parts.count == 2 ? try decode(parts[1]) : ""))
        }
        return pairs
    }

    private static func decode(_ text: Substring) throws(InputError) -> String {
        guard let bytes = PercentCoding.decodeLeniently(text.utf8, plusIsSpace: true) else {
            throw InputError("'\(text)' is not percent-encoded")
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw InputError("'\(text)' is not UTF-8")
        }
        return decoded
    }
}
