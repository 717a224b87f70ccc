/// A key of the configuration: its names, its values and its comment.
///
/// From the list of them the file is read, the effective configuration printed, and `config/syncgate.yaml`
/// written. So none of the three can know a key that another lacks.
package struct ConfigurationKey: Sendable {
    package let name: KeyName
    /// The names that the key had before: still taken, with a warning, and written nowhere.
    package let formerNames: [KeyName]
    /// A line for the operator.
    package let comment: String
    /// The reason why a new value waits for a restart; nil for a key that a reload applies.
    package let restartReason: String?
    /// Sets the value; returns false if the input is not one.
    let assign: @Sendable (ValueInput, inout Configuration) -> Bool
    /// The values that the key takes: `a duration from 1s to 1h, such as 5s`.
    package let allowed: String
    /// Returns what is wrong with a refused value and its parts, at least one thing.
    let refusals: @Sendable (ValueInput, _ isHidden: Bool) -> [ValueRefusal]
    /// Returns the name that has taken the place of a value; nil for a value that is no former one.
    let successor: @Sendable (ValueInput) -> String?
    /// The values in the schema for editors.
    let schema: ValueSchema
    let show: @Sendable (Configuration) -> String
    let redact: @Sendable (Configuration) -> String
    /// Returns whether a text holds a secret, which may come from a variable only.
    let holdsSecret: @Sendable (String) -> Bool

    package var key: String { name.description }

    /// Returns the value in a configuration, as the file would give it.
    package func shown(_ configuration: Configuration) -> String { show(configuration) }

    /// Creates a key that a reload applies.
    ///
    /// - Parameters:
    ///   - formerly: The names that the key had before.
    ///   - restartReason: The reason why a new value waits for a restart instead.
    init<Value>(
        _ name: String,
        _ keyPath: any WritableKeyPath<Configuration, Value> & Sendable,
        _ codec: ValueCodec<Value>,
        _ comment: String,
        formerly: [String] = [],
        waitsForRestart restartReason: String? = nil
    ) {
        self.name = KeyName(name)
        self.formerNames = formerly.map(KeyName.init)
        self.comment = comment
        self.restartReason = restartReason
        self.assign = { input, configuration in
            guard let value = codec.read(input) else { return false }
            configuration[keyPath: keyPath] = value
            return true
        }
        self.allowed = codec.allowed ?? "\(codec.noun): \(codec.form)"
        self.refusals = { codec.reasons($0, isHidden: $1) }
        self.successor = codec.successor
        self.schema = codec.schema
        self.show = { codec.show($0[keyPath: keyPath]) }
        self.redact = { (codec.redact ?? codec.show)($0[keyPath: keyPath]) }
        self.holdsSecret = codec.holdsSecret
    }
}
