import Messages

/// A field line of a plain GET, whose name is known not to change the response.
///
/// It is stricter than the grammar of a field line. The value is visible ASCII and spaces, and does not end
/// with a space.
struct FastPathField {
    /// The use that the fast path makes of a field.
    enum Meaning {
        case none
        case host
        /// The `connection` field, whose only accepted value is `keep-alive`, the default.
        case connection
        case requestID
        case traceParent
        case authorization
        case apiKey
        /// The field `x-forwarded-for`, which counts where the hop is trusted.
        case forwardedFor
    }

    let meaning: Meaning
    let value: Range<Int>
    /// The start of the CR LF of the line.
    let end: Int

    /// Reads the line at `start`; nil for a line that the fast path does not accept.
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

/// A name that is compared with bytes in any case, eight bytes at a time.
struct KnownName {
    typealias Words = (UInt64, UInt64, UInt64)

    private let count: Int
    /// The bytes, the first one lowest; a letter is without the bit of its case.
    private let words: Words
    /// The bits of the words that are compared: none after the last byte.
    private let masks: Words

    /// Makes a name.
    ///
    /// - Parameter text: Up to 23 bytes of visible ASCII, in lower case.
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

    /// Returns true if the bytes of a range are this name, in any case.
    func matches(_ input: RawSpan, _ range: Range<Int>) -> Bool {
        matches(Self.words(input, from: range.lowerBound), count: range.count)
    }

    private func matches(_ words: Words, count: Int) -> Bool {
        count == self.count && words.0 & masks.0 == self.words.0 && words.1 & masks.1 == self.words.1
            && words.2 & masks.2 == self.words.2
    }
}

extension KnownName {
    /// Returns as many bytes as the longest known name has, and the byte behind it.
    @inline(__always)
    static func words(_ input: RawSpan, from start: Int) -> Words {
        (input.word(at: start), input.word(at: start + 8), input.word(at: start + 16))
    }

    /// Returns the number of bytes before the first `byte`; nil if there is none.
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
    /// None of them changes a response of this server, but those that tell of the caller. A GET has no body whose
    /// type would matter, and responses have one coding and one language. The fields in which AWS SDKs describe
    /// themselves are among them: `amz-sdk-…` and `x-amz-user-agent`. Other `x-amz-…` fields are not. Those of load
    /// balancers and of callers with credentials come last.
    private static let fields: InlineArray<20, (name: KnownName, meaning: FastPathField.Meaning)> = [
        (KnownName("host"), .host), (KnownName("user-agent"), .none), (KnownName("x-request-id"), .requestID),
        (KnownName("accept-encoding"), .none), (KnownName("accept"), .none),
        (KnownName("traceparent"), .traceParent), (KnownName("tracestate"), .none),
        (KnownName("connection"), .connection), (KnownName("content-type"), .none),
        (KnownName("accept-language"), .none),
        (KnownName("amz-sdk-invocation-id"), .none), (KnownName("amz-sdk-request"), .none),
        (KnownName("x-amz-user-agent"), .none), (KnownName("x-forwarded-for"), .forwardedFor),
        (KnownName("x-forwarded-proto"), .none), (KnownName("x-forwarded-port"), .none),
        (KnownName("x-amzn-trace-id"), .none), (KnownName("x-real-ip"), .none),
        (KnownName("authorization"), .authorization), (KnownName("x-api-key"), .apiKey),
    ]

    /// Returns the meaning of a name; nil if it is not in the list.
    @inline(__always)
    static func meaning(_ words: Words, count: Int) -> FastPathField.Meaning? {
        for index in fields.indices where fields[index].name.matches(words, count: count) {
            return fields[index].meaning
        }
        return nil
    }
}
