/// The reason why an input is not a value of its key, for a message.
struct ValueRefusal: Sendable, Equatable {
    /// Completes a sentence that begins with the value: `has no unit`.
    var reason: String
    /// The value that was probably meant; nil if none is near.
    var suggestion: String?
    /// The index of the wrong element of a list; nil if the value as a whole is wrong.
    var element: Int?
    /// Whether the reason or the suggestion has a part of the value, which may come from a hidden variable.
    var repeatsValue = false

    init(_ reason: String, _ suggestion: String? = nil, element: Int? = nil, repeatsValue: Bool? = nil) {
        self.reason = reason
        self.suggestion = suggestion
        self.element = element
        self.repeatsValue = repeatsValue ?? (suggestion != nil)
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
