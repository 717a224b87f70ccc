internal import Yams

/// Reads settings from their three sources into one configuration, and gathers all that is wrong on the way.
struct ConfigurationReader {
    private(set) var configuration = Configuration()
    private(set) var problems: [ConfigurationProblem] = []
    private(set) var warnings: [ConfigurationProblem] = []

    private let file: String
    private let environment: [String: String]
    /// Where each key that was given last got its value.
    private var locations: [String: ConfigurationLocation] = [:]
    /// Keys whose value is wrong by itself.
    private var faulty: Set<String> = []
    /// Variables that the file refers to: not unknown ones, whatever they are called.
    private var referenced: Set<String> = []

    private static let byKey = Dictionary(uniqueKeysWithValues: Configuration.keys.map { ($0.key, $0) })
    private static let byVariable = Dictionary(
        uniqueKeysWithValues: Configuration.keys.map { ($0.variable, $0) }
    )

    init(file: String, environment: [String: String]) {
        self.file = file
        self.environment = environment
    }

    mutating func readFile(_ text: String) {
        let document = YAMLDocument.parse(text)
        for fault in document.faults { report(fault.message, at: location(fault.position)) }
        guard let root = document.root, !Self.isEmpty(root) else { return }
        guard let mapping = root.mapping else {
            report("expected keys and values, such as `listen:`", at: location(TextPosition(root)))
            return
        }
        read(mapping, under: [], document)
    }

    mutating func readEnvironment() {
        for (name, value) in environment where name.hasPrefix(ConfigurationKey.variablePrefix) {
            let location = ConfigurationLocation.variable(name)
            if let setting = Self.byVariable[name] {
                assign(setting, Self.input(override: value), from: location, shown: nil)
            } else if !referenced.contains(name), !Self.isServiceLink(name) {
                report("no such key" + Self.hint(name, Self.byVariable.keys), at: location)
            }
        }
    }

    mutating func readOverride(_ override: ConfigurationOverride) {
        let location = ConfigurationLocation.flag(override.flag)
        guard let setting = Self.byKey[override.key] else {
            report("no such key: \(override.key)" + Self.hint(override.key, Self.byKey.keys), at: location)
            return
        }
        guard !setting.holdsSecret(override.value) else {
            report("a secret may not stand on the command line, where every process sees it", at: location)
            return
        }
        assign(
            setting,
            Self.input(override: override.value),
            from: location,
            shown: Self.quote(override.value)
        )
    }

    /// Finds what no single key can know: whether the values fit each other.
    mutating func check() {
        let checks = ConfigurationChecks(configuration, isGiven: { [locations] in locations[$0] != nil })
        // A value that is wrong by itself was told of already; what follows from it would only confuse.
        let sound = { [faulty] (finding: ConfigurationChecks.Finding) in
            faulty.isDisjoint(with: finding.others + [finding.key])
        }
        for finding in checks.faults where sound(finding) {
            report(finding.message, at: location(of: finding.key))
        }
        for finding in checks.doubts where sound(finding) {
            warnings.append(
                ConfigurationProblem(location: location(of: finding.key), message: finding.message)
            )
        }
    }

    private mutating func read(_ mapping: Node.Mapping, under path: [String], _ document: YAMLDocument) {
        for (keyNode, value) in mapping {
            guard let written = keyNode.scalar?.string else {
                report("a key must be a word", at: location(TextPosition(keyNode)))
                continue
            }
            let name = document.originals[written] ?? written
            let full = path + [name]
            let key = full.joined(separator: ".")
            if let setting = Self.byKey[key], setting.path == full {
                read(setting, value)
            } else if Configuration.keys.contains(where: { $0.path.starts(with: full) }) {
                if let section = value.mapping {
                    read(section, under: full, document)
                } else if !Self.isEmpty(value) {
                    report(
                        "\(key) is a section: expected keys and values under it",
                        at: location(TextPosition(value))
                    )
                }
            } else {
                report(Self.unknown(name, under: path), at: location(TextPosition(keyNode)))
            }
        }
    }

    private mutating func read(_ setting: ConfigurationKey, _ node: Node) {
        let location = location(TextPosition(node))
        guard let (input, shown) = input(setting, node) else {
            faulty.insert(setting.key)
            return
        }
        if let inline = node.scalar?.string, setting.holdsSecret(inline) {
            report("\(setting.key): a secret may not stand in the file: use ${VARIABLE}", at: location)
            return
        }
        assign(setting, input, from: location, shown: shown)
    }

    /// The value with its variables put in, and how to show it: as written, so that no variable's value is told.
    private mutating func input(_ setting: ConfigurationKey, _ node: Node) -> (ValueInput, String)? {
        if Self.isEmpty(node) { return (.empty, "nothing") }
        switch node {
        case .scalar(let scalar):
            guard let text = expand(scalar.string, setting, location(TextPosition(node))) else { return nil }
            return (text.isEmpty ? .empty : .scalar(text), Self.quote(scalar.string))
        case .sequence(let sequence):
            var texts: [String] = []
            for element in sequence {
                guard let scalar = element.scalar else { return (.list([""]), "a list of lists or sections") }
                guard let text = expand(scalar.string, setting, location(TextPosition(element))) else {
                    return nil
                }
                texts.append(text)
            }
            return (
                .list(texts),
                "[" + sequence.compactMap { $0.scalar?.string }.map(Self.quote).joined(separator: ", ") + "]"
            )
        case .mapping, .alias: return (.list([""]), "keys and values")
        }
    }

    private mutating func expand(
        _ text: String,
        _ setting: ConfigurationKey,
        _ location: ConfigurationLocation
    ) -> String? {
        do throws(Substitution.Failure) {
            let (expanded, names) = try Substitution.expand(text) { environment[$0] }
            referenced.formUnion(names)
            return expanded
        } catch {
            switch error {
            case .undefined(let name):
                referenced.insert(name)
                let message = "the environment has no \(name); ${\(name):-…} would give it a default"
                report("\(setting.key): \(message)", at: location)
            case .malformed:
                report(
                    "\(setting.key): expected ${NAME}, ${NAME:-default}, or $$ for a dollar sign",
                    at: location
                )
            }
        }
        return nil
    }

    private mutating func assign(
        _ setting: ConfigurationKey,
        _ input: ValueInput,
        from location: ConfigurationLocation,
        shown: String?
    ) {
        locations[setting.key] = location
        if let takes = setting.assign(input, &configuration) {
            faulty.insert(setting.key)
            report("\(setting.key): expected \(takes)" + (shown.map { ", found \($0)" } ?? ""), at: location)
        }
    }

    private mutating func report(_ message: String, at location: ConfigurationLocation) {
        problems.append(ConfigurationProblem(location: location, message: message))
    }

    private func location(_ position: TextPosition?) -> ConfigurationLocation {
        .file(file, line: position?.line ?? 1, column: position?.column ?? 1)
    }

    private func location(of key: String) -> ConfigurationLocation { locations[key] ?? .standard(key: key) }
}

extension ConfigurationReader {
    private static func input(override text: String) -> ValueInput { text.isEmpty ? .empty : .scalar(text) }

    private static func isEmpty(_ node: Node) -> Bool {
        guard let scalar = node.scalar else { return false }
        return scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
    }

    /// A cluster puts these into each container beside a service that is called syncgate.
    private static func isServiceLink(_ name: String) -> Bool {
        name.hasPrefix("SYNCGATE_SERVICE_") || name == "SYNCGATE_PORT" || name.hasPrefix("SYNCGATE_PORT_")
    }

    private static func unknown(_ name: String, under path: [String]) -> String {
        let siblings = Configuration.keys.filter {
            $0.path.starts(with: path) && $0.path.count > path.count
        }
        .map { $0.path[path.count] }
        let key = quote((path + [name]).joined(separator: "."))
        let secrets = ["secret", "password", "access_key", "session_token"]
        if secrets.contains(where: { name.lowercased().contains($0) }) {
            return "no such key: \(key); secrets do not belong in this file"
        }
        return "no such key: \(key)" + hint(name, Set(siblings))
    }

    private static func hint(_ word: String, _ candidates: some Sequence<String>) -> String {
        Suggestion.nearest(to: word, among: candidates).map { "; did you mean \($0)?" } ?? ""
    }

    /// In quotes, harmless and short.
    private static func quote(_ text: String) -> String {
        var result = "'"
        for scalar in text.unicodeScalars.prefix(60) {
            if LogText.isHarmful(scalar) {
                LogText.appendEscape(scalar, to: &result)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result + (text.unicodeScalars.count > 60 ? "…'" : "'")
    }
}
