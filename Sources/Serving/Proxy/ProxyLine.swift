import Messages

/// The header of version 1 (section 2.1): a line such as `PROXY TCP4 192.0.2.1 198.51.100.1 56324 443`.
enum ProxyLine {
    /// The bytes of the longest line, with its CR LF.
    private static let longest = 107

    static func read(_ bytes: Span<UInt8>) -> ProxyHeader.Step {
        do throws(ProxyFault) {
            guard let end = try lineEnd(bytes) else { return .needMore }
            return .whole(ProxyHeader(length: end + 2, source: try source(bytes.extracting(first: end))))
        } catch {
            return .broken(error)
        }
    }

    /// Returns the position of CR LF; nil if the line goes on.
    private static func lineEnd(_ bytes: Span<UInt8>) throws(ProxyFault) -> Int? {
        for index in 0..<min(longest, bytes.count) {
            switch bytes[index] {
            case .lineFeed: throw .lineEnd
            case .carriageReturn:
                guard index + 1 < longest else { throw .noLineEnd }
                guard index + 1 < bytes.count else { return nil }
                guard bytes[index + 1] == .lineFeed else { throw .lineEnd }
                return index
            default: break
            }
        }
        guard bytes.count < longest else { throw .noLineEnd }
        return nil
    }

    /// Reads the words of a line; nil for a line with UNKNOWN, whose rest means nothing.
    private static func source(_ line: Span<UInt8>) throws(ProxyFault) -> IPAddress? {
        let unknown = "PROXY UNKNOWN"
        let count = unknown.utf8.count
        if line.count >= count, line.extracting(first: count).equals(unknown) {
            guard line.count == count || line[count] == .space else { throw .line }
            return nil
        }
        guard let words = line.text?.split(separator: " ", omittingEmptySubsequences: false),
            words.count == 6, words[0] == "PROXY", words[1] == "TCP4" || words[1] == "TCP6",
            let source = address(words[2], isIPv6: words[1] == "TCP6"),
            address(words[3], isIPv6: words[1] == "TCP6") != nil, isPort(words[4]), isPort(words[5])
        else { throw .line }
        return source
    }

    private static func address(_ text: Substring, isIPv6: Bool) -> IPAddress? {
        text.utf8.contains(UInt8(ascii: ":")) == isIPv6 ? IPAddress(text) : nil
    }

    private static func isPort(_ text: Substring) -> Bool {
        (1...5).contains(text.utf8.count) && text.utf8.allSatisfy(\.isDigit)
            && (text.utf8.count == 1 || !text.hasPrefix("0")) && (Int(text) ?? .max) <= 65_535
    }
}
