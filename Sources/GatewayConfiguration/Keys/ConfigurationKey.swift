/// One key of the configuration: its name, what it takes, and its comment, once and for all.
///
/// From the list of them the file is read, the effective configuration printed, and `config/syncgate.yaml`
/// written, so none of the three can know a key that another does not.
package struct ConfigurationKey: Sendable {
    /// The key with its sections: `["upstream", "timeouts", "first_byte"]`.
    package let path: [String]
    /// One line for the operator.
    package let comment: String
    let takes: String
    let assign: @Sendable (ValueInput, inout Configuration) -> String?
    let show: @Sendable (Configuration) -> String
    let redact: @Sendable (Configuration) -> String
    /// Says what of a value is a secret, which may come from a variable only.
    let holdsSecret: @Sendable (String) -> Bool

    package var key: String { path.joined(separator: ".") }
    /// `SYNCGATE_UPSTREAM__TIMEOUTS__FIRST_BYTE`.
    package var variable: String {
        Self.variablePrefix + path.map { $0.uppercased() }.joined(separator: "__")
    }
    static let variablePrefix = "SYNCGATE_"

    init<Value>(
        _ key: String,
        _ keyPath: any WritableKeyPath<Configuration, Value> & Sendable,
        _ kind: ValueCodec<Value>,
        _ comment: String
    ) {
        self.path = key.split(separator: ".").map(String.init)
        self.comment = comment
        self.takes = kind.takes
        self.assign = { input, configuration in
            guard let value = kind.read(input) else { return kind.takes }
            configuration[keyPath: keyPath] = value
            return nil
        }
        self.show = { kind.show($0[keyPath: keyPath]) }
        self.redact = { (kind.redact ?? kind.show)($0[keyPath: keyPath]) }
        self.holdsSecret = kind.holdsSecret
    }
}

/// What stands at a key, variables already put in.
enum ValueInput: Sendable, Equatable {
    /// Nothing after the colon, `~`, `null` or an empty text.
    case empty
    case scalar(String)
    case list([String])
}

/// A type of value: how it is read, bounds included, and written.
struct ValueCodec<Value>: Sendable {
    /// Completes "expected …".
    let takes: String
    /// Nil if the input is not such a value or lies outside its bounds.
    let read: @Sendable (ValueInput) -> Value?
    /// As YAML.
    let show: @Sendable (Value) -> String
    /// As YAML without secrets, where the two differ.
    var redact: (@Sendable (Value) -> String)?
    var holdsSecret: @Sendable (String) -> Bool = { _ in false }
}
