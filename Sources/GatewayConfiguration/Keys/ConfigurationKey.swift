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
    /// Sets the value; returns false if the input is not one.
    let assign: @Sendable (ValueInput, inout Configuration) -> Bool
    /// Completes a message about a refused value: `is not a duration from 1s to 1h; write …`.
    let refusal: String
    let show: @Sendable (Configuration) -> String
    let redact: @Sendable (Configuration) -> String
    /// Returns whether a text holds a secret, which may come from a variable only.
    let holdsSecret: @Sendable (String) -> Bool

    package var key: String { name.description }

    /// Creates a key; `formerly` are the names that it had before.
    init<Value>(
        _ name: String,
        _ keyPath: any WritableKeyPath<Configuration, Value> & Sendable,
        _ codec: ValueCodec<Value>,
        _ comment: String,
        formerly: [String] = []
    ) {
        self.name = KeyName(name)
        self.formerNames = formerly.map(KeyName.init)
        self.comment = comment
        self.assign = { input, configuration in
            guard let value = codec.read(input) else { return false }
            configuration[keyPath: keyPath] = value
            return true
        }
        self.refusal = "is not \(codec.noun); write \(codec.form)"
        self.show = { codec.show($0[keyPath: keyPath]) }
        self.redact = { (codec.redact ?? codec.show)($0[keyPath: keyPath]) }
        self.holdsSecret = codec.holdsSecret
    }
}
