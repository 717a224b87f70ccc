/// Base64 of RFC 4648 section 5, without padding: nothing in it needs encoding in a URL or in JSON.
enum Base64URL {
    private static let alphabet = [UInt8](
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8
    )
    /// The value of each byte; 64 for what is no digit.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 64, count: 256)
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(truncatingIfNeeded: value) }
        return values
    }()

    /// How many digits it takes to write so many bytes.
    static func length(ofBytes count: Int) -> Int { (count * 4 + 2) / 3 }

    static func encode(_ bytes: [UInt8]) -> String {
        let alphabet = alphabet
        var digits: [UInt8] = []
        digits.reserveCapacity(length(ofBytes: bytes.count))
        var (pending, bits): (UInt32, UInt32) = (0, 0)
        for byte in bytes {
            (pending, bits) = ((pending & 0xFF) << 8 | UInt32(byte), bits + 8)
            while bits >= 6 {
                bits -= 6
                digits.append(alphabet[Int(pending >> bits & 63)])
            }
        }
        if bits > 0 { digits.append(alphabet[Int(pending << (6 - bits) & 63)]) }
        return String(decoding: digits, as: UTF8.self)
    }

    /// Nil for anything that `encode` would not have written: bytes have one spelling.
    static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        let values = values
        var bytes: [UInt8] = []
        var (pending, bits): (UInt32, UInt32) = (0, 0)
        for digit in text {
            let value = values[Int(digit)]
            guard value < 64 else { return nil }
            (pending, bits) = ((pending & 0xFF) << 6 | UInt32(value), bits + 6)
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: pending >> bits))
            }
        }
        // Left over are the bits that fill the last digit up: fewer than a digit, and all zero.
        return bits < 6 && pending & (1 << bits - 1) == 0 ? bytes : nil
    }
}
