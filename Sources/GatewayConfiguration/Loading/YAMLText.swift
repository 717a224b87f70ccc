import Messages

/// The writer of the few YAML forms that a configuration has.
enum YAMLText {
    /// Returns a text plain, where that reads back as the same text, or in double quotes with the escapes of JSON.
    static func scalar(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "."),
                UInt8(ascii: "/"), UInt8(ascii: ":"):
                true
            default: false
            }
        }
        let startsPlainly =
            text.utf8.first.map { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ":") } ?? false
        guard isPlain, startsPlainly, !text.hasSuffix(":"), text.lowercased() != "null" else {
            return quoted(text)
        }
        return text
    }

    /// Returns a list of texts on one line.
    static func list(_ elements: [String]) -> String { sequence(elements.map(scalar)) }

    /// Returns a list of values, which are YAML already, on one line.
    static func sequence(_ elements: [String]) -> String { "[" + elements.joined(separator: ", ") + "]" }

    /// Returns a mapping on one line; its values are YAML already.
    static func mapping(_ members: [(name: String, text: String)]) -> String {
        members.isEmpty
            ? "{}" : "{ " + members.map { "\($0.name): \($0.text)" }.joined(separator: ", ") + " }"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        TextEscape.append(text, to: &result) { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            // A text that looks like a variable must not become one when it is read again.
            case "$": "$$"
            default: nil
            }
        }
        return result + "\""
    }
}
