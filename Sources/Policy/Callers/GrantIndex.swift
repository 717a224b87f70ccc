/// The grants that name a text, as bits, found without the cost of a keyed hash.
///
/// The texts are those of the configuration, and the table never grows: so no caller can choose texts that collide. The
/// ends of identifiers tell them apart, since they are random.
struct GrantIndex: Sendable {
    /// The hash of each slot; 0 in an empty one.
    ///
    /// At least half of the slots are empty.
    private let hashes: [UInt64]
    private let texts: [String]
    private let bits: [UInt64]

    init(_ grants: [String: UInt64]) {
        var size = 2
        while size < 2 * grants.count { size *= 2 }
        var hashes = [UInt64](repeating: 0, count: size)
        var (texts, bits) = ([String](repeating: "", count: size), [UInt64](repeating: 0, count: size))
        for (text, granted) in grants.sorted(by: { $0.key < $1.key }) {
            let hash = Self.hash(text)
            var slot = Int(truncatingIfNeeded: hash) & (size - 1)
            while hashes[slot] != 0 { slot = (slot + 1) & (size - 1) }
            (hashes[slot], texts[slot], bits[slot]) = (hash, text, granted)
        }
        (self.hashes, self.texts, self.bits) = (hashes, texts, bits)
    }

    /// Returns the grants of a text; none where no grant names it.
    func bits(of text: String) -> UInt64 {
        let (hash, mask) = (Self.hash(text), hashes.count - 1)
        var slot = Int(truncatingIfNeeded: hash) & mask
        while hashes[slot] != 0 {
            if hashes[slot] == hash, texts[slot] == text { return bits[slot] }
            slot = (slot &+ 1) & mask
        }
        return 0
    }

    /// Returns a hash of the last four bytes and the length, which is never 0.
    @inline(__always)
    private static func hash(_ text: String) -> UInt64 {
        let bytes = text.utf8.span
        var hash = UInt64(truncatingIfNeeded: bytes.count)
        for index in max(0, bytes.count - 4)..<bytes.count { hash = hash << 8 ^ UInt64(bytes[index]) }
        hash = (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15
        return hash ^ hash >> 29 | 1 << 63
    }
}
