/// A kind of value: the way to read it, within its bounds, and to write it.
struct ValueCodec<Value>: Sendable {
    /// The kind with its bounds; completes "… is not".
    let noun: String
    /// The form to write; completes "write …".
    let form: String
    /// Returns nil if the input is not such a value, or is out of bounds.
    let read: @Sendable (ValueInput) -> Value?
    /// Returns a value as YAML.
    let show: @Sendable (Value) -> String
    /// Returns a value as YAML without its secrets; nil where it has none.
    var redact: (@Sendable (Value) -> String)?
    /// Returns whether a text holds a secret.
    var holdsSecret: @Sendable (String) -> Bool = { _ in false }
}

/// The value of a key as it is given, with its variables put in.
enum ValueInput: Sendable, Equatable {
    /// Nothing after the colon, `~`, `null` or an empty text.
    case empty
    case scalar(String)
    case list([String])
}
