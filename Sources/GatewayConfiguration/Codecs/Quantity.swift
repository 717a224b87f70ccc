/// A number with a unit: `1.5s`.
///
/// Several of them make a text: `1m30s`.
struct Quantity {
    var whole: Int64
    /// The digits behind the point; most often none.
    var fraction: Substring
    /// The text behind the number, up to the next digit.
    var unit: Substring

    /// Returns the quantities of a text; nil for a text of another form.
    static func parse(_ text: String) -> [Quantity]? {
        var quantities: [Quantity] = []
        var rest = text[...]
        while !rest.isEmpty {
            guard quantities.count < longest, let quantity = take(from: &rest) else { return nil }
            quantities.append(quantity)
        }
        return quantities.isEmpty ? nil : quantities
    }

    /// Returns the number times `scale`; nil if that is not a whole number, or beyond Int64.
    func times(_ scale: Int64) -> Int64? {
        let (product, overflow) = whole.multipliedReportingOverflow(by: scale)
        guard !overflow else { return nil }
        guard !fraction.isEmpty else { return product }
        guard let digits = WholeNumber.parse(fraction) else { return nil }
        let power = fraction.reduce(Int64(1)) { power, _ in power * 10 }
        let (parts, isLarge) = digits.multipliedReportingOverflow(by: scale)
        guard !isLarge, parts % power == 0 else { return nil }
        let (sum, isLarger) = product.addingReportingOverflow(parts / power)
        return isLarger ? nil : sum
    }

    /// More than any sensible text has.
    private static let longest = 8
    /// Nine digits: their power of ten, and that of Int64, leave room.
    private static let longestFraction = 9

    private static func take(from rest: inout Substring) -> Quantity? {
        let digits = rest.prefix(while: isDigit)
        guard let whole = WholeNumber.parse(digits) else { return nil }
        rest = rest.dropFirst(digits.count)
        var fraction = rest.prefix(0)
        if rest.hasPrefix(".") {
            fraction = rest.dropFirst().prefix(while: isDigit)
            guard (1...longestFraction).contains(fraction.count) else { return nil }
            rest = rest.dropFirst(fraction.count + 1)
        }
        let unit = rest.prefix { !isDigit($0) }
        rest = rest.dropFirst(unit.count)
        return Quantity(whole: whole, fraction: fraction, unit: unit)
    }

    private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }
}
