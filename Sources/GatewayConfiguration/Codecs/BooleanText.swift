/// A Boolean as people write it: `true` and `false`, `yes` and `no`.
enum BooleanText {
    /// Returns the value of one of the four words; nil for another text.
    static func parse(_ text: String) -> Bool? {
        switch text {
        case "true", "yes": true
        case "false", "no": false
        default: nil
        }
    }

    /// Returns the reason why a text is no Boolean, nor one of `others`, with the one that it probably means.
    static func refusal(_ text: String, noun: String, others: [String] = []) -> ValueRefusal {
        let reason = "is not \(noun)"
        let words = others.isEmpty ? ["true", "false"] : ["yes", "no"]
        switch text.lowercased() {
        case "true", "on", "1", "y", "t", "enabled", "enable": return word(reason, words[0])
        case "false", "off", "0", "n", "f", "disabled", "disable": return word(reason, words[1])
        default: return .word(reason, text, among: ["true", "false", "yes", "no"] + others)
        }
    }

    private static func word(_ reason: String, _ suggestion: String) -> ValueRefusal {
        ValueRefusal(reason, suggestion, repeatsValue: false)
    }
}
