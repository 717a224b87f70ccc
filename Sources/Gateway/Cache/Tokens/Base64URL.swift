import Messages

/// Base64 of RFC 4648 section 5, without padding: nothing in it needs encoding in a URL or in JSON.
enum Base64URL {
    /// How many digits it takes to write so many bytes.
    static func length(ofBytes count: Int) -> Int { (count * 4 + 2) / 3 }

    static func encode(_ bytes: [UInt8]) -> String {
        let digits = Base64.encode(bytes).utf8.filter { $0 != UInt8(ascii: "=") }
        return String(
            decoding: digits.map { digit in
                switch digit {
                case UInt8(ascii: "+"): UInt8(ascii: "-")
                case UInt8(ascii: "/"): UInt8(ascii: "_")
                default: digit
                }
            },
            as: UTF8.self
        )
    }

    /// Nil for anything that `encode` would not have written: bytes have one spelling.
    static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var digits: [UInt8] = []
        for digit in text {
            switch digit {
            case UInt8(ascii: "-"): digits.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): digits.append(UInt8(ascii: "/"))
            case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): return nil
            default: digits.append(digit)
            }
        }
        while digits.count % 4 != 0 { digits.append(UInt8(ascii: "=")) }
        return Base64.decode(digits)
    }
}
