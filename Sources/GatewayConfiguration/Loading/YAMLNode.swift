/// A value in a YAML text, with its position.
struct YAMLNode {
    indirect enum Value {
        case scalar(String, isPlain: Bool)
        case sequence([YAMLNode])
        /// The keys and values in the order of the text; a key may be given twice.
        case mapping([(key: YAMLNode, value: YAMLNode)])
    }

    var value: Value
    var position: TextPosition

    /// The text of a scalar; nil for another node.
    var text: String? {
        switch value {
        case .scalar(let text, _): text
        case .sequence, .mapping: nil
        }
    }

    /// The nodes of a list; none for another node.
    var elements: [YAMLNode] {
        switch value {
        case .sequence(let elements): elements
        case .scalar, .mapping: []
        }
    }

    /// The texts of all values in the node, however deep; names of members are none.
    var texts: [String] {
        switch value {
        case .scalar(let text, _): [text]
        case .sequence(let elements): elements.flatMap(\.texts)
        case .mapping(let pairs): pairs.flatMap(\.value.texts)
        }
    }

    /// Returns the part that steps lead to; where one leads nowhere, the part before it.
    func part(_ steps: [ValueStep]) -> YAMLNode {
        var node = self
        for step in steps {
            guard let next = node.part(step) else { break }
            node = next
        }
        return node
    }

    private func part(_ step: ValueStep) -> YAMLNode? {
        switch (step, value) {
        case (.element(let index), .sequence(let elements)):
            elements.indices.contains(index) ? elements[index] : nil
        case (.member(let name), .mapping(let pairs)): pairs.first { $0.key.text == name }?.value
        case (.name(let name), .mapping(let pairs)): pairs.first { $0.key.text == name }?.key
        case (.element, .scalar), (.element, .mapping), (.member, .scalar), (.member, .sequence),
            (.name, .scalar), (.name, .sequence):
            nil
        }
    }

    /// Whether the node is nothing, `~` or `null`, without quotes.
    var isEmpty: Bool {
        switch value {
        case .scalar(let text, let isPlain): isPlain && ["", "~", "null"].contains(text)
        case .sequence, .mapping: false
        }
    }
}

/// A position in a text: line and column, counted from 1; a column is a Unicode scalar.
struct TextPosition: Equatable {
    var line: Int
    var column: Int
}

extension TextPosition {
    /// Creates the position behind the beginning of a text, given in UTF-8.
    init(after beginning: some Sequence<UInt8>) {
        self.init(line: 1, column: 1)
        for scalar in String(decoding: Array(beginning), as: UTF8.self).unicodeScalars {
            (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
        }
    }
}
