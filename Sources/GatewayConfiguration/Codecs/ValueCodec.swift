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
    /// Completes "write …" behind a refusal that does not name the kind; nil: noun and form.
    var allowed: String?
    /// Returns the reason why an input is refused; nil where it is just no such value.
    var refusal: @Sendable (ValueInput) -> ValueRefusal? = { _ in nil }
    /// Returns all reasons why a value that has parts is refused; none where it is just no such value.
    ///
    /// A hidden value comes from a variable, so that no reason may repeat a part of it.
    var refusals: @Sendable (ValueInput, _ isHidden: Bool) -> [ValueRefusal] = { _, _ in [] }
    /// Returns the name that has taken the place of a value; nil for a value that is no former one.
    var successor: @Sendable (ValueInput) -> String? = { _ in nil }
    /// The values in the schema for editors; any scalar where a codec says nothing.
    var schema = ValueSchema.scalar
}

extension ValueCodec {
    /// Returns the codec with the reasons why a text is refused.
    func refusing(_ reason: @escaping @Sendable (String) -> ValueRefusal?) -> Self {
        var codec = self
        codec.refusal = { input in
            guard case .scalar(let text) = input, text.utf8.count <= 256 else { return nil }
            return reason(text)
        }
        return codec
    }

    /// Returns the codec with the text that says what is allowed, and the values for editors.
    func allowing(_ allowed: String? = nil, _ schema: ValueSchema) -> Self {
        var codec = self
        codec.allowed = allowed ?? codec.allowed
        codec.schema = schema
        return codec
    }
}

extension ValueCodec {
    /// Returns the reasons why an input is refused, at least one, each with what is allowed.
    func reasons(_ input: ValueInput, isHidden: Bool) -> [ValueRefusal] {
        let parts = refusals(input, isHidden)
        guard parts.isEmpty else { return parts }
        guard var refusal = refusal(input), !(isHidden && refusal.repeatsValue) else {
            return [ValueRefusal("is not \(noun)", allowed: form)]
        }
        refusal.allowed = refusal.allowed ?? allowed ?? "\(noun): \(form)"
        return [refusal]
    }
}
