/// The one reader of hosts: names and addresses, wherever the configuration has one.
///
/// A second reader would accept what the first refuses, and `check` would then call fine what `serve` cannot use.
package enum HostName {
    /// Returns whether a text is a DNS name, an IPv4 address, or an IPv6 address without brackets.
    ///
    /// A name that ends in a number must be an IPv4 address of four decimal numbers (WHATWG URL 3.5). The
    /// resolver would read 127.1 and 0x7f.1 as addresses too. Nobody means that.
    package static func isValid(_ host: some StringProtocol) -> Bool {
        let text = Substring(host)
        guard (1...253).contains(text.utf8.count) else { return false }
        if text.utf8.contains(UInt8(ascii: ":")) { return IPv6Address(text) != nil }
        var labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let last = labels.last(where: { !$0.isEmpty }) else { return false }
        if endsInNumber(last) { return isIPv4(text) }
        // A final dot makes a name absolute.
        if labels.count > 1, labels.last?.isEmpty == true { labels.removeLast() }
        return labels.allSatisfy(isLabel)
    }

    /// Returns whether a label has 1 to 63 letters, digits, hyphens and underscores, no hyphen at an end.
    ///
    /// No host of DNS has an underscore (RFC 1123 section 2.1), but names of containers do.
    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
            && label.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
                default: false
                }
            }
    }

    private static func endsInNumber(_ label: Substring) -> Bool {
        if label.utf8.allSatisfy(\.isDigit) { return true }
        return label.lowercased().hasPrefix("0x")
            && label.utf8.dropFirst(2).allSatisfy { Hexadecimal.value($0) != nil }
    }

    /// Returns whether a text is four numbers from 0 to 255, without zeros before them.
    package static func isIPv4(_ text: Substring) -> Bool { isIPv4(String(text).utf8.span) }

    /// Returns whether bytes are four numbers from 0 to 255, without zeros before them.
    package static func isIPv4(_ text: Span<UInt8>) -> Bool {
        var (numbers, digits, number) = (1, 0, 0)
        for index in text.indices {
            let byte = text[index]
            if byte.isDigit {
                guard digits < 3, digits == 0 || number > 0 else { return false }
                number = 10 * number + Int(byte - UInt8(ascii: "0"))
                digits += 1
            } else {
                guard byte == UInt8(ascii: "."), digits > 0, number <= 255, numbers < 4 else { return false }
                numbers += 1
                (digits, number) = (0, 0)
            }
        }
        return numbers == 4 && digits > 0 && number <= 255
    }
}
