import Messages

/// A strict JSON reader that pulls values from bytes in order and returns their ranges, never a tree.
///
/// The grammar is that of RFC 8259 and no more: UTF-8 without a byte order mark, and no trailing bytes.
/// Duplicate members are refused; names are compared after unescaping. There are at most 32 levels, and at
/// most 128 bytes in a number. The reader stores only the names of the open objects: a body needs little
/// memory beyond its own bytes.
package struct JSONReader {
    package static let maximumDepth = 32
    package static let maximumNumberLength = 128
    /// The most members of one object of a request; the largest object of the API has 10.
    package static let maximumMembers = 64

    /// The sender of the bytes, which decides about what RFC 8259 leaves open.
    package enum Sender: Sendable {
        /// An object has at most 64 members, since their names have to be compared.
        ///
        /// An escaped half of a surrogate pair is refused, except in an opaque string.
        case caller
        /// Any number of members, and any escape: a response is passed on unchanged.
        case upstream
    }

    package let bytes: [UInt8]
    package private(set) var position: Int
    let end: Int
    private let mostMembers: Int
    /// Whether an escaped half of a surrogate pair is accepted (RFC 8259, 8.2).
    var acceptsLoneSurrogates: Bool
    private var depth = 0

    package init(_ bytes: [UInt8], from sender: Sender = .caller) {
        self.init(bytes, within: 0..<bytes.count, from: sender)
    }

    /// Creates a reader of a part of `bytes`: a value that an earlier scan found.
    init(_ bytes: [UInt8], within range: Range<Int>, from sender: Sender = .caller) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
        mostMembers = sender == .caller ? Self.maximumMembers : .max
        acceptsLoneSurrogates = sender == .upstream
    }

    /// Returns the kind of the next value, which is not consumed.
    package mutating func kind() throws(JSONError) -> JSONKind {
        skipWhitespace()
        guard position < end else { throw error(.unexpectedEnd) }
        switch bytes[position] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
        case UInt8(ascii: "n"): return .null
        default: throw error(.unexpectedByte)
        }
    }

    /// Reads an object; `member` is invoked after each name and must read the value.
    package mutating func object(
        _ member: (inout Self, JSONString) throws(JSONError) -> Void
    ) throws(JSONError) {
        try open(.object, with: UInt8(ascii: "{"))
        guard end <= JSONKeyTable.mostBytes else { throw error(.tooLong) }
        var names = JSONKeyTable()
        if !consume(UInt8(ascii: "}")) {
            repeat {
                guard names.count < mostMembers else { throw error(.tooManyMembers) }
                let name = try nextString()
                guard names.insert(name, in: bytes) else {
                    throw JSONError(reason: .duplicateMember, offset: name.literal.lowerBound)
                }
                try expect(UInt8(ascii: ":"))
                try member(&self, name)
            } while consume(UInt8(ascii: ","))
            try expect(UInt8(ascii: "}"))
        }
        depth -= 1
    }

    /// Returns the name of the first member of an object, and reads no further; nil for an empty object.
    mutating func firstName() throws(JSONError) -> JSONString? {
        try open(.object, with: UInt8(ascii: "{"))
        return consume(UInt8(ascii: "}")) ? nil : try string()
    }

    /// Reads an array; `element` is invoked with the index of each element and must read the element.
    package mutating func array(
        _ element: (inout Self, Int) throws(JSONError) -> Void
    ) throws(JSONError) {
        try open(.array, with: UInt8(ascii: "["))
        if !consume(UInt8(ascii: "]")) {
            var index = 0
            repeat {
                try element(&self, index)
                index += 1
            } while consume(UInt8(ascii: ","))
            try expect(UInt8(ascii: "]"))
        }
        depth -= 1
    }

    /// Reads any value and returns its range.
    @discardableResult
    package mutating func skip() throws(JSONError) -> Range<Int> {
        skipWhitespace()
        let start = position
        guard start < end else { throw error(.unexpectedEnd) }
        // Most values are strings and numbers: they need no `kind()` first.
        switch bytes[start] {
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): _ = try number()
        default: try skip(try kind())
        }
        return start..<position
    }

    private mutating func skip(_ kind: JSONKind) throws(JSONError) {
        switch kind {
        case .object: try object { (reader, _) throws(JSONError) in try reader.skip() }
        case .array: try array { (reader, _) throws(JSONError) in try reader.skip() }
        case .string: _ = try string()
        case .number: _ = try number()
        case .boolean: _ = try boolean()
        case .null: try word("null")
        }
    }

    /// Returns whether the next value is null, and consumes nothing of it.
    ///
    /// Mostly another value follows at once: that case is decided inline.
    @inline(__always)
    mutating func isNull() throws(JSONError) -> Bool {
        if !mayBeNull() { return false }
        return try kind() == .null
    }

    /// Returns false where the next byte begins another value; an error, and white space, may be a null.
    @inline(__always)
    private func mayBeNull() -> Bool {
        guard position < end else { return true }
        switch bytes[position] {
        case UInt8(ascii: "\""), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "{"), UInt8(ascii: "["):
            return false
        default: return true
        }
    }

    /// Consumes a null and returns true; leaves any other value and returns false.
    ///
    /// Mostly another value follows at once: that case is decided inline.
    @inline(__always)
    package mutating func null() throws(JSONError) -> Bool {
        if !mayBeNull() { return false }
        return try laterNull()
    }

    private mutating func laterNull() throws(JSONError) -> Bool {
        guard try kind() == .null else { return false }
        try word("null")
        return true
    }

    package mutating func boolean() throws(JSONError) -> Bool {
        try require(.boolean)
        let value = bytes[position] == UInt8(ascii: "t")
        try word(value ? "true" : "false")
        return value
    }

    /// Checks that nothing but white space follows.
    package mutating func finish() throws(JSONError) {
        skipWhitespace()
        guard position == end else { throw error(.trailingBytes) }
    }

    func byte(at index: Int) -> UInt8? { index < end ? bytes[index] : nil }

    mutating func advance(to index: Int) { position = index }

    func error(_ reason: JSONError.Reason) -> JSONError { JSONError(reason: reason, offset: position) }

    mutating func require(_ expected: JSONKind) throws(JSONError) {
        let found = try kind()
        guard found == expected else { throw error(.wrongType(expected: expected, found: found)) }
    }

    private mutating func open(_ kind: JSONKind, with byte: UInt8) throws(JSONError) {
        if !comes(byte) { try require(kind) }
        guard depth < Self.maximumDepth else { throw error(.tooDeep) }
        depth += 1
        position += 1
    }

    @inline(__always)
    mutating func skipWhitespace() {
        if position < end, bytes[position] > 0x20 { return }
        skipBlanks()
    }

    private mutating func skipBlanks() {
        while position < end {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    /// Skips white space and returns whether the next byte is this one.
    ///
    /// The first byte of a kind of value is tested in this way, since `kind()` takes longer. Mostly the byte
    /// is there and no white space precedes it: that case is decided inline.
    @inline(__always)
    private mutating func comes(_ byte: UInt8) -> Bool {
        isNext(byte) || comesLater(byte)
    }

    @inline(__always)
    private func isNext(_ byte: UInt8) -> Bool { position < end && bytes[position] == byte }

    private mutating func comesLater(_ byte: UInt8) -> Bool {
        skipWhitespace()
        return isNext(byte)
    }

    @inline(__always)
    mutating func comesNumber() -> Bool {
        skipWhitespace()
        guard let byte = byte(at: position) else { return false }
        return byte == UInt8(ascii: "-") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }

    @inline(__always)
    mutating func consume(_ byte: UInt8) -> Bool {
        guard comes(byte) else { return false }
        position += 1
        return true
    }

    @inline(__always)
    mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard consume(byte) else { throw unexpected() }
    }

    private func unexpected() -> JSONError { error(position < end ? .unexpectedByte : .unexpectedEnd) }

    private mutating func word(_ word: String) throws(JSONError) {
        for byte in word.utf8 {
            guard position < end else { throw error(.unexpectedEnd) }
            guard bytes[position] == byte else { throw error(.unexpectedByte) }
            position += 1
        }
    }
}
