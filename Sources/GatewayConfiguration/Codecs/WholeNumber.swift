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
}
