/// A field line of a plain GET: one whose name is known to leave the answer as it is.
///
/// Stricter than a field line need be: the value is visible ASCII and spaces, and does not end with one.
struct HotField {
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
        guard let colon = input.firstColon(from: start, atMost: KnownName.longest),
            let meaning = KnownName.meaning(input, start..<colon)
        else { return nil }
        var first = colon + 1
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
    private let count: Int
    /// The bytes, first lowest; a letter is without the bit of its case.
    private let words: (UInt64, UInt64, UInt64)
    /// What of the words counts: nothing after the last byte.
    private let masks: (UInt64, UInt64, UInt64)

    /// Up to 24 bytes of visible ASCII, in lower case.
    private init(_ text: String) {
        var words: [UInt64] = [0, 0, 0]
        var masks = words
        for (index, byte) in text.utf8.prefix(24).enumerated() {
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

    private func matches(_ words: (UInt64, UInt64, UInt64), count: Int) -> Bool {
        count == self.count && words.0 & masks.0 == self.words.0 && words.1 & masks.1 == self.words.1
            && words.2 & masks.2 == self.words.2
    }

    @inline(__always)
    private static func words(_ input: RawSpan, from start: Int) -> (UInt64, UInt64, UInt64) {
        (input.word(at: start), input.word(at: start + 8), input.word(at: start + 16))
    }
}

extension KnownName {
    static let keepAlive = KnownName("keep-alive")
    static let longest = 21

    /// The fields that a plain GET may have, the most usual ones first.
    ///
    /// None of them changes an answer of this server: a GET has no body whose type would matter, and answers come in
    /// one coding and one language. What AWS SDKs say of themselves, `amz-sdk-…`, is among them; `x-amz-…` is not.
    private static let fields: InlineArray<13, (name: KnownName, meaning: HotField.Meaning)> = [
        (KnownName("host"), .host), (KnownName("user-agent"), .none), (KnownName("x-request-id"), .requestID),
        (KnownName("accept-encoding"), .none), (KnownName("accept"), .none),
        (KnownName("traceparent"), .traceParent), (KnownName("tracestate"), .none),
        (KnownName("connection"), .connection), (KnownName("content-type"), .none),
        (KnownName("accept-language"), .none),
        (KnownName("amz-sdk-invocation-id"), .none), (KnownName("amz-sdk-request"), .none),
        (KnownName("x-amz-user-agent"), .none),
    ]

    /// What a name stands for; nil if it is not one of the list.
    static func meaning(_ input: RawSpan, _ range: Range<Int>) -> HotField.Meaning? {
        let words = words(input, from: range.lowerBound)
        for index in fields.indices where fields[index].name.matches(words, count: range.count) {
            return fields[index].meaning
        }
        return nil
    }
}
