/// `application/x-www-form-urlencoded`, as browsers and `curl -d` write it.
enum FormText {
    static func pairs(_ text: String) throws(InputError) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for item in text.split(separator: "&") {
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            pairs.append((try decode(parts[0]), parts.count == 2 ? try decode(parts[1]) : ""))
        }
        return pairs
    }

    private static func decode(_ text: Substring) throws(InputError) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = hex(rest.popFirst()), let low = hex(rest.popFirst()) else {
                    throw InputError("'\(text)' is not percent-encoded")
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw InputError("'\(text)' is not UTF-8")
        }
        return decoded
    }

    private static func hex(_ digit: UInt8?) -> UInt8? {
        guard let digit else { return nil }
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): return digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): return digit - UInt8(ascii: "A") + 10
        default: return nil
        }
    }
}
