/// A duration as numbers with units: `500ms`, `5s`, `1.5s`, `5m`, `1m30s`, `1h`.
enum DurationText {
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// Returns the duration of a text; nil for a text of another form.
    ///
    /// The units go down, each is there once, and only the last number may have a fraction.
    static func parse(_ text: String) -> Duration? {
        if text == "0" { return .zero }
        guard let quantities = Quantity.parse(text) else { return nil }
        var rest = units[...]
        for (index, quantity) in quantities.enumerated() {
            guard let place = rest.firstIndex(where: { $0.name == quantity.unit }),
                quantity.fraction.isEmpty || index == quantities.count - 1
            else { return nil }
            rest = rest[(place + 1)...]
        }
        return sum(quantities) { unit in units.first { $0.name == unit }?.milliseconds }
    }

    /// Returns the duration with the largest unit that leaves a whole number; minutes only from two on.
    static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        guard attoseconds == 0 else { return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms" }
        if seconds >= 3600, seconds % 3600 == 0 { return "\(seconds / 3600)h" }
        if seconds >= 120, seconds % 60 == 0 { return "\(seconds / 60)m" }
        return "\(seconds)s"
    }

    /// Returns the reason why a text is no duration within bounds; nil where none is better than another.
    static func refusal(_ text: String, _ bounds: ClosedRange<Duration>) -> ValueRefusal? {
        if let duration = parse(text) { return .bounds(duration, bounds, Self.text) }
        if text.hasPrefix("-"), lenient(String(text.dropFirst())) != nil {
            return ValueRefusal("is less than \(Self.text(bounds.lowerBound))")
        }
        if WholeNumber.parse(text) != nil {
            let guesses = ["s", "ms", "m", "h"].compactMap { parse(text + $0) }
            return ValueRefusal("has no unit", guesses.first(where: bounds.contains).map(Self.text))
        }
        guard let quantities = Quantity.parse(folded(text)),
            !quantities.contains(where: { $0.unit.contains(".") })
        else { return nil }
        if quantities.contains(where: \.unit.isEmpty) {
            let guess = parse(text + "s")
            let isPossible = guess.map(bounds.contains) ?? false
            return ValueRefusal("has a number without a unit", isPossible ? guess.map(Self.text) : nil)
        }
        guard let duration = lenient(text) else {
            let isFine = quantities.allSatisfy {
                finer.contains(String($0.unit)) || known[String($0.unit)] != nil
            }
            return isFine ? ValueRefusal("is finer than 1ms") : ValueRefusal("has an unknown unit")
        }
        let isSpelled = quantities.allSatisfy { unit in units.contains { $0.name == unit.unit } }
        let reason = isSpelled ? "is not written as a duration" : "has an unknown unit"
        return ValueRefusal(reason, bounds.contains(duration) ? Self.text(duration) : nil)
    }

    /// The units of other programs, in milliseconds.
    private static let known: [String: Int64] = [
        "h": 3_600_000, "hr": 3_600_000, "hrs": 3_600_000, "hour": 3_600_000, "hours": 3_600_000,
        "m": 60_000, "min": 60_000, "mins": 60_000, "minute": 60_000, "minutes": 60_000,
        "s": 1000, "sec": 1000, "secs": 1000, "second": 1000, "seconds": 1000,
        "ms": 1, "msec": 1, "msecs": 1, "millis": 1, "millisecond": 1, "milliseconds": 1,
        "d": 86_400_000, "day": 86_400_000, "days": 86_400_000, "w": 604_800_000, "week": 604_800_000,
        "weeks": 604_800_000,
    ]
    private static let finer: Set = ["us", "µs", "μs", "usec", "ns", "nsec"]

    /// Returns the duration of a text that another program would take.
    private static func lenient(_ text: String) -> Duration? {
        Quantity.parse(folded(text)).flatMap { sum($0) { known[$0] } }
    }

    private static func folded(_ text: String) -> String { text.lowercased().filter { $0 != " " } }

    private static func sum(_ quantities: [Quantity], _ scale: (String) -> Int64?) -> Duration? {
        var total: Int64 = 0
        for quantity in quantities {
            guard let scale = scale(String(quantity.unit)), let part = quantity.times(scale) else {
                return nil
            }
            let (sum, overflow) = total.addingReportingOverflow(part)
            guard !overflow else { return nil }
            total = sum
        }
        return .milliseconds(total)
    }
}
