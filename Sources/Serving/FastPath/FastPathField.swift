/// A field line of a plain GET: one whose name is known to leave the answer as it is.
///
/// Stricter than a field line need be: the value is visible ASCII and spaces, and does not end with one.
struct FastPathField {
    /// What a field is looked at for.
    enum Meaning {
        case none
        case host
        /// Only `keep-alive` will do, which is so anyway.
        case connection
        case requestID
        case traceParent
    }

    let meaning: Meaning
    let value: Range<Int>
    /// Where the line's CR LF begins.
    let end: Int

    init?(_ input: RawSpan, at start: Int) {
        let words = KnownName.words(input, from: start)
        guard let count = KnownName.count(before: UInt8(ascii: ":"), in: words),
            let meaning = KnownName.meaning(words, count: count)
        else { return nil }
        var first = start + count + 1
        while input.byte(at: first) == .space { first += 1 }
        let end = input.endOfText(from: first, blanks: true)
        guard input.isLineEnd(at: end), end == first || input.byte(at: end - 1) != .space else { return nil }
        self.meaning = meaning
        self.value = first..<end
        self.end = end
    }
}

/// A name, to be compared with bytes in any case, eight at a time.
struct KnownName {
    typealias Words = (UInt64, UInt64, UInt64)

    private let count: Int
    /// The bytes, first lowest; a letter is without the bit of its case.
    private let words: Words
    /// What of the words counts: nothing after the last byte.
    private let masks: Words

    /// Up to 23 bytes of visible ASCII, in lower case.
    private init(_ text: String) {
        var words: [UInt64] = [0, 0, 0]
        var masks = words
        for (index, byte) in text.utf8.prefix(23).enumerated() {
            let shift = UInt64(index % 8 * 8)
            let mask: UInt64 = (0x61...0x7A).contains(byte) ? 0xDF : 0xFF
            words[index / 8] |= (UInt64(byte) & mask) << shift
            masks[index / 8] |= mask << shift
        }
        count = text.utf8.count
        self.words = (words[0], words[1], words[2])
        self.masks = (masks[0], masks[1], masks[2])
    }

    func matches(_ input: RawSpan, _ range: Range<Int>) -> Bool {
        matches(Self.words(input, from: range.lowerBound), count: range.count)
    }

    private func matches(_ words: Words, count: Int) -> Bool {
        count == self.count && words.0 & masks.0 == self.words.0 && words.1 & masks.1 == self.words.1
            && words.2 & masks.2 == self.words.2
    }
}

extension KnownName {
    /// As much as a known name can take, and the byte behind it.
    @inline(__always)
    static func words(_ input: RawSpan, from start: Int) -> Words {
        (input.word(at: start), input.word(at: start + 8), input.word(at: start + 16))
    }

    /// How many bytes stand before the first of a kind; nil if there is none.
    @inline(__always)
    static func count(before byte: UInt8, in words: Words) -> Int? {
        let found = (Word.equal(words.0, byte), Word.equal(words.1, byte), Word.equal(words.2, byte))
        if found.0 != 0 { return Word.first(found.0) }
        if found.1 != 0 { return 8 + Word.first(found.1) }
        return found.2 != 0 ? 16 + Word.first(found.2) : nil
    }
}

extension KnownName {
    static let keepAlive = KnownName("keep-alive")

    /// The fields that a plain GET may have, the most usual ones first.
    ///
    /// None of them changes an answer of this server: a GET has no body whose type would matter, and answers come in
    /// one coding and one language. What AWS SDKs say of themselves, `amz-sdk-…`, is among them; `x-amz-…` is not.
    private static let fields: InlineArray<13, (name: KnownName, meaning: FastPathField.Meaning)> = [
        (KnownName("host"), .host), (KnownName("user-agent"), .none), (KnownName("x-request-id"), .requestID),
        (KnownName("accept-encoding"), .none), (KnownName("accept"), .none),
        (KnownName("traceparent"), .traceParent), (KnownName("tracestate"), .none),
        (KnownName("connection"), .connection), (KnownName("content-type"), .none),
        (KnownName("accept-language"), .none),
        (KnownName("amz-sdk-invocation-id"), .none), (KnownName("amz-sdk-request"), .none),
        (KnownName("x-amz-user-agent"), .none),
    ]

    /// What a name stands for; nil if it is not one of the list.
    @inline(__always)
    static func meaning(_ words: Words, count: Int) -> FastPathField.Meaning? {
        for index in fields.indices where fields[index].name.matches(words, count: count) {
            return fields[index].meaning
        }
        return nil
    }
}
