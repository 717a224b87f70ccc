extension ConfigurationReader {
    /// Reads the text of the file.
    mutating func readFile(_ text: String) {
        let document = YAMLDocument(text)
        for fault in document.faults { report(fault.message, at: location(fault.position)) }
        guard let root = document.root, !root.isEmpty else { return }
        guard case .mapping(let pairs) = root.value else {
            report(
                "the file has no keys; write keys and values, such as listen:",
                at: location(root.position)
            )
            return
        }
        read(pairs, under: [])
    }

    /// Reads the keys of a section.
    private mutating func read(_ pairs: [(key: YAMLNode, value: YAMLNode)], under path: [String]) {
        for (node, value) in pairs {
            let location = location(node.position)
            guard let text = node.text else {
                report("a key is not a word; write a name", at: location)
                continue
            }
            let name = KeyName(path: path + [text])
            switch Self.directory.meaning(of: name) {
            case .key(let key)?, .former(let key)?:
                if isOnlyName(name, of: key, at: location) { read(key, value) }
            case .retired?:
                warn("\(Quotation.text("\(name)")) has no effect any more; remove it", at: location)
            case nil where Self.directory.isSection(name):
                readSection(name, value)
            case nil:
                reportUnknown(text, under: path, at: location)
            }
        }
    }

    private mutating func readSection(_ name: KeyName, _ node: YAMLNode) {
        if case .mapping(let pairs) = node.value {
            read(pairs, under: name.path)
        } else if !node.isEmpty {
            let reason = "\(Self.shown(node)) is not a section; write keys and values under it"
            report("\(name): \(reason)", at: location(node.position))
        }
    }

    /// Returns whether the file gives the key under no other name, and warns about a former one.
    private mutating func isOnlyName(
        _ name: KeyName,
        of key: ConfigurationKey,
        at location: ConfigurationLocation
    ) -> Bool {
        let this = GivenName(name: name, location: location)
        if let other = namesInFile.updateValue(this, forKey: key.key), other.name != name {
            let (former, second) = name == key.name ? (other, this) : (this, other)
            report(double: "\(former.name)", "\(second.name)", of: key.key, at: former.location)
            return false
        }
        if name != key.name {
            warn("\(Quotation.text("\(name)")) is now \(key.name); rename it", at: location)
        }
        return true
    }

    private mutating func read(_ key: ConfigurationKey, _ node: YAMLNode) {
        let location = location(node.position)
        guard let input = input(key, node) else { return }
        if let inline = node.text, key.holdsSecret(inline) {
            let reason = "the value holds a secret, which the file must not"
            report("\(key.name): \(reason); write ${VARIABLE}", at: location, key: key.key)
            return
        }
        let texts = node.texts
        let given = GivenValue(
            input: input,
            place: GivenValue.Place(location: location, shown: Self.shown(node)),
            node: node,
            isHidden: texts.contains { $0.contains("${") }
        )
        assign(key, given)
    }

    /// Returns the value with its variables put in; nil, and a report, if that is not possible.
    private mutating func input(_ key: ConfigurationKey, _ node: YAMLNode) -> ValueInput? {
        if node.isEmpty { return .empty }
        switch node.value {
        case .scalar(let text, _):
            return expand(text, key, location(node.position)).map { $0.isEmpty ? .empty : .scalar($0) }
        case .sequence(let elements):
            var inputs: [ValueInput] = []
            for element in elements {
                guard let input = input(key, element) else { return nil }
                inputs.append(input)
            }
            return .list(inputs)
        case .mapping(let pairs):
            var members: [String: ValueInput] = [:]
            for (name, value) in pairs {
                guard let input = input(key, value) else { return nil }
                members[name.text ?? ""] = input
            }
            return .mapping(members)
        }
    }

    /// Returns a value as a message shows it: as it is written, so that the value of a variable stays hidden.
    static func shown(_ node: YAMLNode) -> String {
        if node.isEmpty { return "an empty value" }
        switch node.value {
        case .scalar(let text, _): return Quotation.text(text)
        case .sequence(let elements):
            let texts = elements.compactMap(\.text)
            guard texts.count == elements.count else { return "a nested list" }
            return "[" + texts.map(Quotation.text).joined(separator: ", ") + "]"
        case .mapping: return "a section"
        }
    }

    /// Reports a name that is no key, with the nearest one or with all that the section has.
    private mutating func reportUnknown(
        _ word: String,
        under path: [String],
        at location: ConfigurationLocation
    ) {
        let name = (path + [word]).joined(separator: ".")
        let siblings = Configuration.keys.map(\.name.path)
            .filter { $0.count > path.count && $0.starts(with: path) }
            .map { $0[path.count] }
        var names: [String] = []
        for name in siblings where !names.contains(name) { names.append(name) }
        let allowed = names.joined(separator: ", ")
        let secrets = ["secret", "password", "access_key", "session_token"]
        let dotted = KeyName(path: path + KeyName(word).path)
        let advice =
            if secrets.contains(where: { word.lowercased().contains($0) }) {
                ", and the file must not hold secrets; remove it"
            } else if word.contains("."), Self.directory.meaning(of: dotted) != nil {
                "; write \(dotted.path.dropFirst(path.count).joined(separator: ": { "))"
                    + ": …" + String(repeating: " }", count: dotted.path.count - path.count - 1)
            } else if let hint = Self.hint(word, among: names) {
                "; \(hint)"
            } else {
                "; write one of \(allowed)"
            }
        report("\(Quotation.text(name)) is not a key\(advice)", at: location, key: name, allowed: allowed)
    }

    func location(_ position: TextPosition?) -> ConfigurationLocation {
        .file(file, line: position?.line ?? 1, column: position?.column ?? 1)
    }
}
