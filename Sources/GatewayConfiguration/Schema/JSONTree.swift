internal import Messages

/// A JSON document with its members in the given order, written for people: one member a line.
indirect enum JSONTree: Sendable {
    case null
    case flag(Bool)
    case integer(Int64)
    case text(String)
    case list([JSONTree])
    case object([(name: String, value: JSONTree)])

    /// Returns a text, or null for nil.
    static func text(_ text: String?) -> Self { text.map { .text($0) } ?? .null }

    /// The document as text, without a line end behind it.
    var description: String { text(indentation: "") }

    private func text(indentation: String) -> String {
        let inner = indentation + "  "
        switch self {
        case .null: return "null"
        case .flag(let value): return value ? "true" : "false"
        case .integer(let value): return String(value)
        case .text(let text): return Self.quoted(text)
        case .list(let elements):
            let texts = elements.map { $0.text(indentation: inner) }
            guard texts.contains(where: { $0.contains("\n") }) else {
                return "[" + texts.joined(separator: ", ") + "]"
            }
            return Self.block("[", "]", texts, indentation)
        case .object(let members):
            let texts = members.map { "\(Self.quoted($0.name)): \($0.value.text(indentation: inner))" }
            return texts.isEmpty ? "{}" : Self.block("{", "}", texts, indentation)
        }
    }

    private static func block(
        _ open: String,
        _ close: String,
        _ lines: [String],
        _ indentation: String
    ) -> String {
        "\(open)\n" + lines.map { "\(indentation)  \($0)" }.joined(separator: ",\n")
            + "\n\(indentation)\(close)"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        TextEscape.append(text, to: &result) { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case "\n": "\\n"
            default: nil
            }
        }
        return result + "\""
    }
}
