/// The two forms of an ECDSA signature: r and s of a fixed length in tokens, DER in libcrypto.
enum ECDSASignature {
    /// Returns the DER form (RFC 3279 section 2.2.3) of two numbers of the same length.
    ///
    /// Two numbers of 48 bytes need 102 bytes at most, so that every length has one byte.
    static func der(_ raw: [UInt8]) -> [UInt8] {
        let half = raw.count / 2
        let content = integer(raw[..<half]) + integer(raw[half...])
        return [0x30, UInt8(truncatingIfNeeded: content.count)] + content
    }

    /// Returns an INTEGER in its shortest form, which is never negative.
    private static func integer(_ number: ArraySlice<UInt8>) -> [UInt8] {
        var digits = Array(number.drop { $0 == 0 })
        if digits.first.map({ $0 & 0x80 != 0 }) ?? true { digits.insert(0, at: 0) }
        return [0x02, UInt8(truncatingIfNeeded: digits.count)] + digits
    }
}
