/// A hash table of the member names of one open object, which keeps the search for duplicates linear.
///
/// The names of small objects, and nearly all are small, are compared one by one and need no table. The hash
/// is the seeded one of Swift, so a caller cannot choose names that collide. A slot has four bytes: the
/// memory stays within a small multiple of the size of the body.
struct JSONKeyTable {
    /// The number of names below which they are compared one by one.
    private static let small = 12

    /// The slots, each with the index of a name plus one, or 0 if it is free.
    ///
    /// Their number is 0 or a power of two.
    private var slots: [UInt32] = []
    /// A bit for each length of a name so far, modulo 64; a new length proves a new name.
    private var lengths: UInt64 = 0

    /// Returns whether `names[base...]` already contains `name`.
    ///
    /// It must be used before each name is appended, since it adds the name to the table.
    @inline(__always)
    mutating func contains(
        _ name: JSONString,
        among names: [JSONString],
        from base: Int,
        in bytes: [UInt8]
    ) -> Bool {
        let length: UInt64 = 1 << (UInt64(truncatingIfNeeded: name.scalars) & 63)
        let isNew = lengths & length == 0
        lengths |= length
        if isNew, names.count - base < Self.small { return false }
        return search(for: name, among: names, from: base, in: bytes)
    }

    private mutating func search(
        for name: JSONString,
        among names: [JSONString],
        from base: Int,
        in bytes: [UInt8]
    ) -> Bool {
        let count = names.count - base
        if count < Self.small {
            for index in base..<names.count where JSONString.equals(names[index], name, in: bytes) {
                return true
            }
            return false
        }
        if slots.count < 2 * (count + 1) { grow(names, from: base, in: bytes) }
        var slot = Self.hash(name, in: bytes) & (slots.count - 1)
        while slots[slot] != 0 {
            if JSONString.equals(names[base + Int(slots[slot]) - 1], name, in: bytes) { return true }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = UInt32(truncatingIfNeeded: count + 1)
        return false
    }

    private mutating func grow(_ names: [JSONString], from base: Int, in bytes: [UInt8]) {
        let size = max(64, 4 * slots.count)
        slots = [UInt32](repeating: 0, count: size)
        for index in base..<names.count {
            var slot = Self.hash(names[index], in: bytes) & (size - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = UInt32(truncatingIfNeeded: index - base + 1)
        }
    }

    /// Hashes eight bytes at a time: byte by byte costs several times as much.
    private static func hash(_ name: JSONString, in bytes: [UInt8]) -> Int {
        var hasher = Hasher()
        var word: UInt64 = 0
        var count = 0
        func feed(_ byte: UInt8) {
            word = word << 8 | UInt64(byte)
            count += 1
            if count & 7 == 0 { hasher.combine(word) }
        }
        if name.isEscaped {
            for byte in name.unescaped(in: bytes) { feed(byte) }
        } else {
            for index in name.content { feed(bytes[index]) }
        }
        hasher.combine(word)
        return hasher.finalize()
    }
}
