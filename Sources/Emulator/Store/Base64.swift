/// Base64 of RFC 4648 section 4, with padding: what the service's tokens are written in.
enum Base64 {
    private static let alphabet = [UInt8](
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
    )
    /// The value of each character; 64 for what is none.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 64, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    static func encode(_ bytes: [UInt8]) -> String {
        let alphabet = alphabet
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let left = bytes.count - index
            let second = left > 1 ? Int(bytes[index + 1]) : 0
            let third = left > 2 ? Int(bytes[index + 2]) : 0
            let group = Int(bytes[index]) << 16 | second << 8 | third
            text.append(alphabet[group >> 18])
            text.append(alphabet[group >> 12 & 63])
            text.append(left > 1 ? alphabet[group >> 6 & 63] : UInt8(ascii: "="))
            text.append(left > 2 ? alphabet[group & 63] : UInt8(ascii: "="))
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil for anything that `encode` would not have written.
    static func decode(_ text: String) -> [UInt8]? {
        let values = values
        var bytes: [UInt8] = []
        var bits = 0
        var count = 0
        for character in [UInt8](text.utf8) where character != UInt8(ascii: "=") {
            let value = values[Int(character)]
            guard value < 64 else { return nil }
            bits = (bits & 255) << 6 | Int(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> count))
            }
        }
        return encode(bytes) == text ? bytes : nil
    }
}
