/// The name of a key with its sections: `["upstream", "timeouts", "first_byte"]`.
package struct KeyName: Sendable, Hashable, CustomStringConvertible {
    package let path: [String]

    init(path: [String]) { self.path = path }

    /// Creates a name from its text: `upstream.timeouts.first_byte`.
    init(_ text: String) { path = text.split(separator: ".").map(String.init) }

    package var description: String { path.joined(separator: ".") }

    /// The environment variable of the name: `SYNCGATE_UPSTREAM__TIMEOUTS__FIRST_BYTE`.
    package var variable: String {
        Self.variablePrefix + path.map { $0.uppercased() }.joined(separator: "__")
    }

    static let variablePrefix = "SYNCGATE_"
}
