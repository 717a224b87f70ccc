import Messages

/// The patterns of the API model and two others, matched over the bytes of the whole string.
///
/// They are ASCII only: a Unicode engine would let `\w` and `\d` match letters and digits that the service
/// refuses.
enum TextPattern: Sendable {
    case identity
    case datasetName
    case applicationARN
    case roleARN
    /// The characters of a path segment; the model has no such pattern, so `..` would name another resource.
    case segment
    /// The characters of tokens and header values, which have one spelling in a target and in a header field.
    case printable

    /// Returns the constraint that `text` fails, in the words of AWS.
    func demand(of text: Span<UInt8>) -> String {
        switch self {
        case .datasetName where Self.isDots(text): "Member must not be . or .."
        case .identity: #"Member must satisfy regular expression pattern: [\w-]+:[0-9a-f-]+"#
        case .datasetName: "Member must satisfy regular expression pattern: [a-zA-Z0-9_.:-]+"
        case .applicationARN:
            #"Member must satisfy regular expression pattern: arn:aws:sns:[-0-9a-z]+:\d+:app/[A-Z_]+/[a-zA-Z0-9_.-]+"#
        case .roleARN: #"Member must satisfy regular expression pattern: arn:aws:iam::\d+:role/.*"#
        case .segment: #"Member must not be . or .. and must not contain /, \, % or control characters"#
        case .printable: "Member must contain printable ASCII characters only"
        }
    }

    func matches(_ text: Span<UInt8>) -> Bool {
        var cursor = Cursor()
        switch self {
        case .identity:
            return cursor.consumeAll(of: text, Self.isWordOrDash) && cursor.consume(":", of: text)
                && cursor.consumeAll(of: text) {
                    $0.isDigit || Self.isLetter($0, in: "a"..."f") || $0 == UInt8(ascii: "-")
                }
                && cursor.isAtEnd(of: text)
        case .datasetName:
            return !Self.isDots(text)
                && cursor.consumeAll(of: text) {
                    Self.isWordOrDash($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":")
                }
                && cursor.isAtEnd(of: text)
        case .applicationARN:
            return cursor.consume("arn:aws:sns:", of: text)
                && cursor.consumeAll(of: text) {
                    $0.isDigit || Self.isLetter($0, in: "a"..."z") || $0 == UInt8(ascii: "-")
                }
                && cursor.consume(":", of: text) && cursor.consumeAll(of: text) { $0.isDigit }
                && cursor.consume(":app/", of: text)
                && cursor.consumeAll(of: text) { Self.isLetter($0, in: "A"..."Z") || $0 == UInt8(ascii: "_") }
                && cursor.consume("/", of: text)
                && cursor.consumeAll(of: text) { Self.isWordOrDash($0) || $0 == UInt8(ascii: ".") }
                && cursor.isAtEnd(of: text)
        case .roleARN:
            return cursor.consume("arn:aws:iam::", of: text) && cursor.consumeAll(of: text) { $0.isDigit }
                && cursor.consume(":role/", of: text)
                && cursor.restIs(of: text) { $0 != 0x0A && $0 != 0x0D }
        case .segment:
            return !Self.isDots(text) && !Self.hasControl(text)
                && cursor.restIs(of: text) {
                    $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "%")
                }
        case .printable:
            return cursor.restIs(of: text) { $0 >= 0x20 && $0 <= 0x7E }
        }
    }

    private static func isDots(_ text: Span<UInt8>) -> Bool {
        text.equals(".".utf8.span) || text.equals("..".utf8.span)
    }

    /// Returns whether there is a control character: C0, DEL, or C1, which is C2 80 to C2 9F in UTF-8.
    private static func hasControl(_ text: Span<UInt8>) -> Bool {
        var previous: UInt8 = 0
        for index in text.indices {
            let byte = text[index]
            if byte < 0x20 || byte == 0x7F || previous == 0xC2 && byte < 0xA0 { return true }
            previous = byte
        }
        return false
    }

    private static func isLetter(_ byte: UInt8, in range: ClosedRange<Unicode.Scalar>) -> Bool {
        range.contains(Unicode.Scalar(byte))
    }

    private static func isWordOrDash(_ byte: UInt8) -> Bool {
        byte.isDigit || isLetter(byte, in: "a"..."z") || isLetter(byte, in: "A"..."Z")
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
}

/// A position in a text that is consumed from the front, class by class.
///
/// This is enough for patterns without backtracking.
private struct Cursor {
    private var position = 0

    func isAtEnd(of text: Span<UInt8>) -> Bool { position == text.count }

    mutating func consume(_ literal: String, of text: Span<UInt8>) -> Bool {
        let literal = literal.utf8.span
        guard text.count - position >= literal.count,
            text.extracting(position..<position + literal.count).equals(literal)
        else { return false }
        position += literal.count
        return true
    }

    /// Consumes all following bytes of a class; returns false if there is none.
    @inline(__always)
    mutating func consumeAll(of text: Span<UInt8>, _ belongs: (UInt8) -> Bool) -> Bool {
        let start = position
        while position < text.count, belongs(text[position]) { position += 1 }
        return position > start
    }

    /// Returns whether all remaining bytes, possibly none, are of a class.
    @inline(__always)
    func restIs(of text: Span<UInt8>, _ belongs: (UInt8) -> Bool) -> Bool {
        for index in position..<text.count where !belongs(text[index]) { return false }
        return true
    }
}
