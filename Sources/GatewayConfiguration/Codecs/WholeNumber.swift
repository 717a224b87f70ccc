/// A number in plain decimal digits, as every number in a configuration is written.
enum WholeNumber {
    /// Returns the value of 1 to 19 digits without a sign; nil for another text, and beyond Int64.
    static func parse(_ text: some StringProtocol) -> Int64? {
        guard !text.isEmpty, text.utf8.count <= 19 else { return nil }
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return Int64(text)
    }

    /// Returns the reason why a text is no number within bounds; nil where none is better than another.
    static func refusal(_ text: String, _ bounds: ClosedRange<Int64>) -> ValueRefusal? {
        if let number = parse(text) { return .bounds(number, bounds) { "\($0)" } }
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return ValueRefusal("is more than \(bounds.upperBound)")
        }
        if text.hasPrefix("-"), parse(text.dropFirst()) != nil {
            return ValueRefusal("is less than \(bounds.lowerBound)")
        }
        let digits = text.filter { !"_,' +".contains($0) }
        if let number = parse(digits) {
            return ValueRefusal("has more than digits", bounds.contains(number) ? digits : nil)
        }
        guard let quantities = Quantity.parse(text), quantities.count == 1 else { return nil }
        let quantity = quantities[0]
        if let scale = multiples[quantity.unit.lowercased()] {
            guard let number = quantity.times(scale) else { return ValueRefusal("has a fraction") }
            return .bounds(number, bounds) { "\($0)" } ?? ValueRefusal("has a unit", "\(number)")
        }
        guard quantity.fraction.isEmpty else { return ValueRefusal("has a fraction") }
        return ValueRefusal("has a unit", bounds.contains(quantity.whole) ? "\(quantity.whole)" : nil)
    }

    /// The units of other programs that stand for a factor.
    private static let multiples: [String: Int64] = ["k": 1000, "m": 1_000_000, "g": 1_000_000_000]
}
