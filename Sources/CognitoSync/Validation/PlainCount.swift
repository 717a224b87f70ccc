/// The only accepted spelling of a count in a request.
package enum PlainCount {
    /// Returns the value of plain decimal digits within 64 bits, or nil for any other text.
    ///
    /// There is no sign and no leading zero. The model has no bounds, but no SDK sends a negative count. A
    /// number with one spelling makes one cache key.
    package static func value(of text: String) -> Int64? {
        guard text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }),
            text == "0" || !text.hasPrefix("0")
        else { return nil }
        return Int64(text)
    }
}
