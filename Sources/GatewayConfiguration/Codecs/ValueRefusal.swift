/// The reason why an input is not a value of its key, for a message.
struct ValueRefusal: Sendable, Equatable {
    /// Completes a sentence that begins with the value: `has no unit`.
    var reason: String
    /// The value that was probably meant; nil if none is near.
    var suggestion: String?
    /// The way to the wrong part of the value; none if the value as a whole is wrong.
    var path: [ValueStep] = []
    /// Completes "write …"; nil: what the codec allows.
    var allowed: String?
    /// Whether the reason or the suggestion has a part of the value, which may come from a hidden variable.
    var repeatsValue = false

    init(
        _ reason: String,
        _ suggestion: String? = nil,
        element: Int? = nil,
        allowed: String? = nil,
        repeatsValue: Bool? = nil
    ) {
        self.reason = reason
        self.suggestion = suggestion
        self.path = element.map { [.element($0)] } ?? []
        self.allowed = allowed
        self.repeatsValue = repeatsValue ?? (suggestion != nil)
    }

    /// The reason with the advice, to follow on the value.
    var sentence: String {
        let question = suggestion.map { "did you mean \($0)? " } ?? ""
        return "\(reason); \(question)write \(allowed ?? "another value")"
    }

    /// Returns the refusal of a whole that has the value as a part.
    func under(_ step: ValueStep) -> Self {
        var refusal = self
        refusal.path.insert(step, at: 0)
        return refusal
    }

    /// Returns a refusal with the nearest of the allowed words, which tells nothing about the value.
    static func word(
        _ reason: String,
        _ word: String,
        among words: [String],
        element: Int? = nil
    ) -> Self {
        Self(
            reason,
            Suggestion.nearestValue(to: word, among: words),
            element: element,
            repeatsValue: false
        )
    }

    /// Returns the refusal of a value out of bounds; nil for one within them.
    static func bounds<Value: Comparable>(
        _ value: Value,
        _ bounds: ClosedRange<Value>,
        _ show: (Value) -> String
    ) -> Self? {
        if value < bounds.lowerBound { return Self("is less than \(show(bounds.lowerBound))") }
        if value > bounds.upperBound { return Self("is more than \(show(bounds.upperBound))") }
        return nil
    }
}
