/// A number of tokens in a time, exact to one in an hour: `200/s`, `0.5/s`, `6/m`, `1/h`.
package struct TokenRate: Sendable, Hashable, Comparable, ExpressibleByIntegerLiteral {
    /// The number of tokens in an hour: a whole one, so that nothing is rounded.
    package let perHour: Int64

    init(perHour: Int64) { self.perHour = perHour }

    /// Creates a rate per second.
    package init(integerLiteral perSecond: Int64) {
        perHour = min(max(0, perSecond), Self.greatestPerSecond) * 3600
    }

    package static func < (left: Self, right: Self) -> Bool { left.perHour < right.perHour }

    /// The greatest number in a second.
    static let greatestPerSecond: Int64 = 1_000_000_000

    /// The rate in the shortest time that has a whole number of tokens: 1, 60 or 3600 seconds.
    package var fraction: (tokens: Int64, seconds: Int64) {
        if perHour % 3600 == 0 { return (perHour / 3600, 1) }
        return perHour % 60 == 0 ? (perHour / 60, 60) : (perHour, 3600)
    }
}

extension TokenRate: CustomStringConvertible {
    private static let units: [String: Int64] = ["s": 1, "m": 60, "h": 3600]

    package var description: String {
        let (tokens, seconds) = fraction
        return "\(tokens)/" + (seconds == 1 ? "s" : seconds == 60 ? "m" : "h")
    }

    /// Creates the rate of a text such as `200/s` or `6/m`; nil for a text of another form.
    init?(parsing text: String) { self.init(text) { Self.units[$0] } }

    /// Creates the rate of a text with units of other programs; nil if it has none.
    private init?(_ text: String, _ seconds: (String) -> Int64?) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Quantity.parse(String(parts[0])), count.count == 1,
            count[0].unit.isEmpty, let seconds = seconds(String(parts[1])),
            let perHour = count[0].times(3600 / seconds)
        else { return nil }
        self.init(perHour: perHour)
    }

    /// Returns the reason why a text is no rate within bounds; nil where none is better than another.
    static func refusal(_ text: String, _ bounds: ClosedRange<TokenRate>) -> ValueRefusal? {
        if let rate = TokenRate(parsing: text) { return .bounds(rate, bounds) { "\($0)" } }
        if text.hasPrefix("-"), let first = text.dropFirst().first, first.isNumber {
            return ValueRefusal("is less than \(bounds.lowerBound)")
        }
        if Quantity.parse(text)?.first?.unit == "" {
            let rate = TokenRate(parsing: text + "/s")
            return ValueRefusal("has no unit", rate.flatMap { bounds.contains($0) ? "\($0)" : nil })
        }
        guard let rate = TokenRate(folded(text), { known[$0] }) else {
            return text.contains("/") ? ValueRefusal("has an unknown unit") : nil
        }
        return ValueRefusal("has an unknown unit", bounds.contains(rate) ? "\(rate)" : nil)
    }

    /// The times of other programs, in seconds.
    private static let known: [String: Int64] = [
        "s": 1, "sec": 1, "second": 1, "1s": 1, "m": 60, "min": 60, "minute": 60, "1m": 60,
        "h": 3600, "hr": 3600, "hour": 3600, "1h": 3600,
    ]

    /// Returns `10/s` for `10r/s`, `10 rps` or `10 per second`.
    private static func folded(_ text: String) -> String {
        let text = text.lowercased().filter { $0 != " " }
        for (mark, unit) in [("rps", "s"), ("rpm", "m"), ("rph", "h")] where text.hasSuffix(mark) {
            return text.dropLast(3) + "/" + unit
        }
        return text.replacing("r/", with: "/").replacing("per", with: "/")
    }
}
