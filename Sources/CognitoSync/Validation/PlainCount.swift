/// A count as it is taken in a request.
package enum PlainCount {
    /// The value of plain decimal digits within 64 bits: no sign, no leading zero, nothing else.
    ///
    /// The model has no bounds, but no client ever sends a negative count, and a number with one spelling
    /// makes one cache key.
    package static func value(of text: String) -> Int64? {
        guard text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }),
            text == "0" || !text.hasPrefix("0")
        else { return nil }
        return Int64(text)
    }
}
