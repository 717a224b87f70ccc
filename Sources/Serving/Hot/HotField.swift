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

/// A name in lower case, to be compared with bytes in any, eight at a time.
struct KnownName {
    private let count: Int
    /// The bytes, first lowest; of the last word only as many count as there are.
    private let words: (UInt64, UInt64, UInt64)
    /// The bit of the case, where the byte is a letter.
    private let folds: (UInt64, UInt64, UInt64)

    /// Up to 24 bytes of visible ASCII.
    private init(_ text: String) {
        var words: [UInt64] = [0, 0, 0]
        var folds = words
        for (index, byte) in text.utf8.prefix(24).enumerated() {
            let shift = UInt64(index % 8 * 8)
            words[index / 8] |= UInt64(byte) << shift
            if (0x61...0x7A).contains(byte) { folds[index / 8] |= 0x20 << shift }
        }
        count = text.utf8.count
        self.words = (words[0], words[1], words[2])
        self.folds = (folds[0], folds[1], folds[2])
    }

    func matches(_ input: RawSpan, _ range: Range<Int>) -> Bool {
        guard range.count == count else { return false }
        return Self.prefix(input.word(at: range.lowerBound), count) | folds.0 == words.0
            && (count <= 8
                || Self.prefix(input.word(at: range.lowerBound + 8), count - 8) | folds.1 == words.1)
            && (count <= 16
                || Self.prefix(input.word(at: range.lowerBound + 16), count - 16) | folds.2 == words.2)
    }

    /// The first `count` bytes of a word.
    private static func prefix(_ word: UInt64, _ count: Int) -> UInt64 {
        count >= 8 ? word : word & ((1 << UInt64(count * 8)) - 1)
    }
}

extension KnownName {
    static let keepAlive = KnownName("keep-alive")
    static let longest = 21

    /// The fields that a plain GET may have.
    ///
    /// None of them changes an answer of this server: a GET has no body whose type would matter, and answers come in
    /// one coding and one language. What AWS SDKs say of themselves, `amz-sdk-…`, is among them; `x-amz-…` is not.
    private static let fields: InlineArray<13, (name: KnownName, meaning: HotField.Meaning)> = [
        (KnownName("host"), .host), (KnownName("user-agent"), .none), (KnownName("accept"), .none),
        (KnownName("accept-encoding"), .none), (KnownName("accept-language"), .none),
        (KnownName("x-request-id"), .requestID), (KnownName("traceparent"), .traceParent),
        (KnownName("tracestate"), .none), (KnownName("content-type"), .none),
        (KnownName("connection"), .connection),
        (KnownName("amz-sdk-invocation-id"), .none), (KnownName("amz-sdk-request"), .none),
        (KnownName("x-amz-user-agent"), .none),
    ]

    /// What a name stands for; nil if it is not one of the list.
    static func meaning(_ input: RawSpan, _ range: Range<Int>) -> HotField.Meaning? {
        for index in fields.indices where fields[index].name.matches(input, range) {
            return fields[index].meaning
        }
        return nil
    }
}
