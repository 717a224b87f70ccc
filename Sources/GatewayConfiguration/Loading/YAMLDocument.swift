internal import Yams

/// A YAML text as nodes with their places, and what is wrong with it as YAML.
struct YAMLDocument {
    struct Fault: Equatable {
        var message: String
        var position: TextPosition?
    }

    private(set) var root: Node?
    private(set) var faults: [Fault] = []
    /// What a key that stands twice was called before it was renamed; see `rename`.
    private(set) var originals: [String: String] = [:]

    /// The most doubled keys that are looked for.
    private static let mostDoubles = 100

    /// Anchors are refused before the parser sees them: a few lines of them can stand for billions of nodes.
    static func parse(_ text: String) -> Self {
        var document = Self()
        if let position = YAMLAnchors.first(in: text) {
            let message = "anchors and aliases are not supported; put a value with & in quotes"
            document.faults.append(Fault(message: message, position: position))
            return document
        }
        document.compose(text)
        return document
    }

    private mutating func compose(_ text: String) {
        var text = text
        while true {
            do {
                root = try Yams.compose(yaml: text, .default, .default, .utf8)
                return
            } catch YamlError.duplicatedKeysInMapping(let names, let context) {
                let name = names.first ?? ""
                let original = originals[name] ?? name
                faults.append(
                    Fault(
                        message: "'\(original)' stands here more than once",
                        position: TextPosition(context.mark)
                    )
                )
                guard originals.count < Self.mostDoubles,
                    let renamed = rename(name, at: TextPosition(context.mark), in: text)
                else {
                    return
                }
                text = renamed
            } catch YamlError.scanner(_, let problem, let mark, _), YamlError.parser(
                _,
                let problem,
                let mark,
                _
            ),
                YamlError.composer(_, let problem, let mark, _)
            {
                faults.append(Fault(message: "not valid YAML: \(problem)", position: TextPosition(mark)))
                return
            } catch YamlError.reader(let problem, let offset, _, _) {
                faults.append(
                    Fault(message: "not valid YAML: \(problem)", position: Self.position(text, offset))
                )
                return
            } catch {
                faults.append(Fault(message: "not valid YAML", position: nil))
                return
            }
        }
    }

    /// Gives the first of two equal keys a name of the same length that no other has, so that parsing can go on.
    ///
    /// The parser stops at the first mapping with a doubled key; an operator wants to hear of all faults at
    /// once, those below it too. Only plain keys are renamed: nil for others.
    private mutating func rename(_ name: String, at position: TextPosition, in text: String) -> String? {
        let scalars = text.unicodeScalars
        var start = scalars.startIndex
        for _ in 1..<max(1, position.line) {
            guard let end = scalars[start...].firstIndex(of: "\n") else { return nil }
            start = scalars.index(after: end)
        }
        guard !name.isEmpty,
            let from = scalars.index(start, offsetBy: position.column - 1, limitedBy: scalars.endIndex),
            scalars[from...].starts(with: name.unicodeScalars),
            let end = scalars.index(from, offsetBy: name.unicodeScalars.count, limitedBy: scalars.endIndex),
            let sign = Unicode.Scalar(0xE000 + UInt32(originals.count))
        else { return nil }
        let substitute = String(
            String.UnicodeScalarView(repeatElement(sign, count: name.unicodeScalars.count))
        )
        originals[substitute] = originals[name] ?? name
        var renamed = String.UnicodeScalarView(scalars[..<from])
        renamed.append(contentsOf: substitute.unicodeScalars)
        renamed.append(contentsOf: scalars[end...])
        return String(renamed)
    }

    private static func position(_ text: String, _ offset: Int?) -> TextPosition? {
        guard let offset else { return nil }
        let before = text.prefix(offset)
        return TextPosition(
            line: before.reduce(1) { $1.isNewline ? $0 + 1 : $0 },
            column: before.reversed().prefix { !$0.isNewline }.count + 1
        )
    }
}

/// Line and column, counted from 1; a column is a Unicode scalar.
struct TextPosition: Equatable {
    var line: Int
    var column: Int
}

extension TextPosition {
    init(_ mark: Mark) { self.init(line: mark.line, column: mark.column) }

    init?(_ node: Node) {
        guard let mark = node.mark else { return nil }
        self.init(mark)
    }
}
