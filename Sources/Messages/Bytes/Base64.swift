/// Base64 with padding (RFC 4648 section 4): the form of the service's tokens and of the records of Kinesis.
package enum Base64 {
    private static let alphabet = Base64Alphabet(last: "+/", isPadded: true)

    package static func encode(_ bytes: [UInt8]) -> String { alphabet.encode(bytes) }

    package static func decode(_ text: String) -> [UInt8]? { alphabet.decode(text.utf8) }

    /// Returns the bytes; nil for a text that `encode` does not write.
    ///
    /// Line ends, missing padding and stray bits are therefore refused.
    package static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? { alphabet.decode(text) }
}

/// Base64 for URLs, without padding (RFC 4648 section 5): no character of it needs an escape in a URL or in
/// JSON.
package enum Base64URL {
    private static let alphabet = Base64Alphabet(last: "-_", isPadded: false)

    /// Returns the number of characters for a number of bytes.
    package static func length(ofBytes count: Int) -> Int { (count * 4 + 2) / 3 }

    package static func encode(_ bytes: [UInt8]) -> String { alphabet.encode(bytes) }

    /// Returns the bytes; nil for a text that `encode` does not write, so that bytes have one spelling.
    package static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? { alphabet.decode(text) }

    /// Returns the same for a part of an array.
    ///
    /// It is compiled for that type, where the general form asks the type for each byte and allocates.
    package static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? { alphabet.decode(text) }
}

/// The characters of one of the two forms, and the two directions of the coding.
private struct Base64Alphabet: Sendable {
    private let characters: [UInt8]
    /// The value of each byte; 64 for a byte that is not in the alphabet.
    private let values: [UInt8]
    private let isPadded: Bool

    /// Creates an alphabet from the characters of the values 62 and 63.
    init(last: String, isPadded: Bool) {
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        characters = [UInt8](letters.utf8) + [UInt8](last.utf8)
        var values = [UInt8](repeating: 64, count: 256)
        for (value, character) in characters.enumerated() { values[Int(character)] = UInt8(value) }
        self.values = values
        self.isPadded = isPadded
    }

    func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let left = bytes.count - index
            let second = left > 1 ? Int(bytes[index + 1]) : 0
            let third = left > 2 ? Int(bytes[index + 2]) : 0
            let group = Int(bytes[index]) << 16 | second << 8 | third
            text.append(characters[group >> 18])
            text.append(characters[group >> 12 & 63])
            if left > 1 { text.append(characters[group >> 6 & 63]) }
            if left > 2 { text.append(characters[group & 63]) }
            index += 3
        }
        if isPadded {
            while text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Returns the bytes; nil for a text that `encode` does not write.
    func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.underestimatedCount / 4 * 3)
        var group: UInt32 = 0
        var digits = 0
        var padding = 0
        for character in text {
            if isPadded, character == UInt8(ascii: "=") {
                padding += 1
                if padding > 2 { return nil }
                continue
            }
            let value = values[Int(character)]
            guard value < 64, padding == 0 else { return nil }
            group = group << 6 | UInt32(value)
            digits += 1
            if digits == 4 {
                bytes.append(UInt8(truncatingIfNeeded: group >> 16))
                bytes.append(UInt8(truncatingIfNeeded: group >> 8))
                bytes.append(UInt8(truncatingIfNeeded: group))
                (group, digits) = (0, 0)
            }
        }
        guard padding == (isPadded ? (4 - digits) % 4 : 0) else { return nil }
        switch digits {
        case 0:
            return bytes
        case 2 where group & 0x0F == 0:
            return bytes + [UInt8(truncatingIfNeeded: group >> 4)]
        case 3 where group & 0x03 == 0:
            return bytes + [UInt8(truncatingIfNeeded: group >> 10), UInt8(truncatingIfNeeded: group >> 2)]
        default:
            return nil
        }
    }
}
