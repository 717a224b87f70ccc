import Messages

extension SplitMix64 {
    /// Returns a number in the form of a GUID, for request ids and device ids.
    mutating func guid() -> String {
        var bytes: [UInt8] = []
        for _ in 0..<2 { BigEndian.append(next(), to: &bytes) }
        var rest = Hexadecimal.text(bytes)[...]
        return [8, 4, 4, 4, 12].map { length in
            defer { rest = rest.dropFirst(length) }
            return String(rest.prefix(length))
        }.joined(separator: "-")
    }
}
