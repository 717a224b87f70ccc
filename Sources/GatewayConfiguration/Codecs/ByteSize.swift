/// A size in bytes, with the units of IEC 80000-13.
enum ByteSize {
    private static let units: [(name: String, bytes: Int64)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1),
    ]

    /// Returns the bytes of `64MiB`, `1.5GiB`, `512B` or a plain `0`; nil for another text.
    static func parse(_ text: String) -> Int? {
        if text == "0" { return 0 }
        return bytes(text) { unit in units.first { $0.name == unit }?.bytes }
    }

    /// Returns the size with the largest unit that leaves a whole number.
    static func text(_ bytes: Int) -> String {
        for unit in units where bytes > 0 && Int64(bytes) % unit.bytes == 0 {
            return "\(Int64(bytes) / unit.bytes)\(unit.name)"
        }
        return String(bytes)
    }

    /// Returns the reason why a text is no size within bounds; nil where none is better than another.
    static func refusal(_ text: String, _ bounds: ClosedRange<Int>) -> ValueRefusal? {
        if let bytes = parse(text) { return .bounds(bytes, bounds, Self.text) }
        if text.hasPrefix("-"), Quantity.parse(String(text.dropFirst())) != nil {
            return ValueRefusal("is less than \(Self.text(bounds.lowerBound))")
        }
        if let number = WholeNumber.parse(text).flatMap({ Int(exactly: $0) }) {
            // A long number is one of bytes, and a short one of the unit that is common.
            let guesses = (number >= 1024 ? [text + "B"] : []) + [text + "MiB", text + "KiB", text + "B"]
            let guess = guesses.compactMap(parse).first(where: bounds.contains)
            return ValueRefusal("has no unit", guess.map(Self.text))
        }
        guard let quantity = Quantity.parse(folded(text)), quantity.count == 1 else { return nil }
        guard let bytes = bytes(folded(text), { known[$0] }) else {
            let isKnown = known[String(quantity[0].unit)] != nil
            return ValueRefusal(isKnown ? "is no whole number of bytes" : "has an unknown unit")
        }
        return ValueRefusal("has an unknown unit", bounds.contains(bytes) ? Self.text(bytes) : nil)
    }

    /// The units of other programs, of which most mean powers of 1024.
    private static let known: [String: Int64] = [
        "b": 1, "byte": 1, "bytes": 1,
        "k": 1 << 10, "kb": 1 << 10, "ki": 1 << 10, "kib": 1 << 10,
        "m": 1 << 20, "mb": 1 << 20, "mi": 1 << 20, "mib": 1 << 20,
        "g": 1 << 30, "gb": 1 << 30, "gi": 1 << 30, "gib": 1 << 30,
        "t": 1 << 40, "tb": 1 << 40, "ti": 1 << 40, "tib": 1 << 40,
    ]

    private static func folded(_ text: String) -> String { text.lowercased().filter { $0 != " " } }

    private static func bytes(_ text: String, _ scale: (String) -> Int64?) -> Int? {
        guard let quantities = Quantity.parse(text), quantities.count == 1,
            let scale = scale(String(quantities[0].unit))
        else { return nil }
        return quantities[0].times(scale).flatMap { Int(exactly: $0) }
    }
}
