/// All names that a file or a variable may give, with their meanings.
///
/// A key keeps its former names, and a retired key its own, for a version: both are taken with a warning.
struct KeyDirectory: Sendable {
    /// The meaning of a name.
    enum Meaning: Sendable {
        case key(ConfigurationKey)
        /// A name that the key had before.
        case former(ConfigurationKey)
        /// The name of a key that has no effect any more.
        case retired
    }

    private let byName: [KeyName: Meaning]
    private let byVariable: [String: (name: KeyName, meaning: Meaning)]
    private let sections: Set<KeyName>

    init(keys: [ConfigurationKey], retired: [KeyName]) {
        let names =
            keys.map { ($0.name, Meaning.key($0)) }
            + keys.flatMap { key in key.formerNames.map { ($0, .former(key)) } }
            + retired.map { ($0, .retired) }
        byName = Dictionary(names) { first, _ in first }
        byVariable = Dictionary(names.map { ($0.variable, ($0, $1)) }) { first, _ in first }
        sections = Set(
            names.flatMap { name, _ in
                (1..<name.path.count).map { KeyName(path: Array(name.path.prefix($0))) }
            }
        )
    }

    /// Returns the meaning of a name in a file; nil for a section, and for a name that is neither.
    func meaning(of name: KeyName) -> Meaning? { byName[name] }

    /// Returns the name behind a variable and its meaning; nil if the variable names no key.
    func meaning(ofVariable variable: String) -> (name: KeyName, meaning: Meaning)? { byVariable[variable] }

    func isSection(_ name: KeyName) -> Bool { sections.contains(name) }
}
