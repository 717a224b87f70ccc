import Messages

/// The member names of one open object, which keeps the search for duplicates linear.
///
/// The names of small objects, and nearly all are small, are compared one by one, and take no memory beyond the
/// stack. Those of a large object are in a hash table. The hash is the seeded one of Swift, so a caller cannot choose
/// names that collide. A name takes eight bytes, and its slots up to sixteen: the memory stays within a small multiple
/// of the size of the body.
struct JSONKeyTable {
    /// The longest bytes of which the positions of names fit: 2 GiB.
    static let mostBytes = Int(Int32.max)

    /// The first names, compared one by one.
    private var few = InlineArray<12, Name>(repeating: Name())
    private(set) var count = 0
    /// A bit for each length of a name so far, modulo 64; a new length proves a new name.
    private var lengths: UInt64 = 0
    /// All names, once they are too many to be compared one by one.
    private var many: ManyNames?

    /// Adds a name, and returns whether it is new.
    @inline(__always)
    mutating func insert(_ string: JSONString, in bytes: [UInt8]) -> Bool {
        let length: UInt64 = 1 << (UInt64(truncatingIfNeeded: string.scalars) & 63)
        let isNew = lengths & length == 0
        lengths |= length
        guard isNew, count < few.count else { return insertKnownLength(Name(string), in: bytes) }
        few[count] = Name(string)
        count &+= 1
        return true
    }

    private mutating func insertKnownLength(_ name: Name, in bytes: [UInt8]) -> Bool {
        defer { count += 1 }
        if count < few.count {
            for index in 0..<count where Name.equals(few[index], name, in: bytes) { return false }
            few[count] = name
            return true
        }
        if many == nil {
            many = ManyNames()
            for index in few.indices { _ = many?.insert(few[index], in: bytes) }
        }
        return many?.insert(name, in: bytes) ?? true
    }
}

extension JSONKeyTable {
    /// The position of a name, without its number of scalars.
    fileprivate struct Name {
        private var start: UInt32 = 0
        /// The length, doubled, with `isEscaped` as its lowest bit.
        private var length: UInt32 = 0

        init() {}

        @inline(__always)
        init(_ string: JSONString) {
            start = UInt32(truncatingIfNeeded: string.content.lowerBound)
            let escaped: UInt32 = string.isEscaped ? 1 : 0
            length = UInt32(truncatingIfNeeded: string.content.count) << 1 | escaped
        }

        var isEscaped: Bool { length & 1 == 1 }
        var content: Range<Int> { Int(start)..<Int(start) + Int(length >> 1) }

        /// Returns whether two names have the same unescaped text.
        static func equals(_ left: Self, _ right: Self, in bytes: [UInt8]) -> Bool {
            if left.isEscaped || right.isEscaped {
                return JSONUnescaped(bytes, left.content).elementsEqual(JSONUnescaped(bytes, right.content))
            }
            if left.length != right.length { return false }
            let bytes = bytes.span
            return bytes.extracting(left.content).equals(bytes.extracting(right.content))
        }

        /// Hashes eight bytes at a time: byte by byte costs several times as much.
        func hash(in bytes: [UInt8]) -> Int {
            var hasher = Hasher()
            var word: UInt64 = 0
            var count = 0
            func feed(_ byte: UInt8) {
                word = word << 8 | UInt64(byte)
                count += 1
                if count & 7 == 0 { hasher.combine(word) }
            }
            if isEscaped {
                for byte in JSONUnescaped(bytes, content) { feed(byte) }
            } else {
                for index in content { feed(bytes[index]) }
            }
            hasher.combine(word)
            return hasher.finalize()
        }
    }

    /// The names of a large object, with a hash table of them.
    private struct ManyNames {
        private var names: [Name] = []
        /// The slots, each with the index of a name plus one, or 0 if it is free.
        ///
        /// Their number is a power of two.
        private var slots = [UInt32](repeating: 0, count: 64)

        /// Adds a name, and returns whether it is new.
        mutating func insert(_ name: Name, in bytes: [UInt8]) -> Bool {
            if slots.count < 2 * (names.count + 1) { grow(in: bytes) }
            var slot = name.hash(in: bytes) & (slots.count - 1)
            while slots[slot] != 0 {
                if Name.equals(names[Int(slots[slot]) - 1], name, in: bytes) { return false }
                slot = (slot + 1) & (slots.count - 1)
            }
            names.append(name)
            slots[slot] = UInt32(truncatingIfNeeded: names.count)
            return true
        }

        private mutating func grow(in bytes: [UInt8]) {
            let size = 4 * slots.count
            slots = [UInt32](repeating: 0, count: size)
            for index in names.indices {
                var slot = names[index].hash(in: bytes) & (size - 1)
                while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
                slots[slot] = UInt32(truncatingIfNeeded: index + 1)
            }
        }
    }
}
