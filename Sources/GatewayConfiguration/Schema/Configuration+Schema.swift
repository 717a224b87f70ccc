extension Configuration {
    /// The JSON schema of the configuration (draft 7, the one that editors know best).
    ///
    /// It has the form of each value, its default and its comment. Bounds of sizes, durations and rates, files and
    /// values that do not fit each other are left to `syncgate check`.
    package static var schema: String {
        let standard = Configuration()
        var root = SchemaSection()
        for key in keys {
            root.add(key.name.path[...], key.members(standard))
            for former in key.formerNames {
                root.add(former.path[...], key.members(standard, deprecated: "is now \(key.name)"))
            }
        }
        for name in retiredKeys {
            root.add(
                name.path[...],
                [("deprecated", .flag(true)), ("deprecationMessage", .text("has no effect any more"))]
            )
        }
        let head: [(name: String, value: JSONTree)] = [
            ("$schema", .text("http://json-schema.org/draft-07/schema#")),
            ("title", .text("The configuration of syncgate")),
        ]
        let definitions: [(name: String, value: JSONTree)] = [
            ("definitions", .object(ValueSchema.definitions))
        ]
        return JSONTree.object(head + root.members + definitions).description + "\n"
    }
}

extension ConfigurationKey {
    fileprivate func members(
        _ standard: Configuration,
        deprecated reason: String? = nil
    ) -> [(name: String, value: JSONTree)] {
        var members: [(name: String, value: JSONTree)] = [
            ("description", .text("\(comment)\nwrite \(allowed)")),
            ("default", Self.tree(YAMLDocument(show(standard)).root)),
        ]
        if let reason { members += [("deprecated", .flag(true)), ("deprecationMessage", .text(reason))] }
        return members + schema.members
    }

    /// Returns a value in YAML as JSON.
    private static func tree(_ node: YAMLNode?) -> JSONTree {
        guard let node, !node.isEmpty else { return .null }
        switch node.value {
        case .sequence(let elements): return .list(elements.map { tree($0) })
        case .mapping(let pairs): return .object(pairs.map { ($0.key.text ?? "", tree($0.value)) })
        case .scalar("true", _): return .flag(true)
        case .scalar("false", _): return .flag(false)
        case .scalar(let text, _): return WholeNumber.parse(text).map { .integer($0) } ?? .text(text)
        }
    }
}

/// A section of the schema: keys and sections in the order of the documented file.
private struct SchemaSection {
    private var names: [String] = []
    private var keys: [String: [(name: String, value: JSONTree)]] = [:]
    private var sections: [String: SchemaSection] = [:]

    mutating func add(_ path: ArraySlice<String>, _ members: [(name: String, value: JSONTree)]) {
        guard let name = path.first else { return }
        if keys[name] == nil, sections[name] == nil { names.append(name) }
        if path.count == 1 {
            keys[name] = members
        } else {
            sections[name, default: SchemaSection()].add(path.dropFirst(), members)
        }
    }

    /// The members of the schema of the section, which may be empty.
    var members: [(name: String, value: JSONTree)] {
        let properties = names.map { name in
            (name: name, value: JSONTree.object(keys[name] ?? sections[name]?.members ?? []))
        }
        return [
            ("type", .list([.text("object"), .text("null")])), ("additionalProperties", .flag(false)),
            ("properties", .object(properties)),
        ]
    }
}
