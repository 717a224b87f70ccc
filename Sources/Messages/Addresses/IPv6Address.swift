/// An IPv6 address, read from its text (RFC 4291 section 2.2), without a zone.
///
/// It is the one reader of that form: for hosts of the configuration, and for the addresses of callers.
package struct IPv6Address: Sendable, Equatable {
    /// The eight groups of 16 bits, the first one first.
    package let groups: [UInt16]

    /// Reads a text; nil for any other text.
    package init?(_ text: Substring) {
        guard let gap = text.firstRange(of: "::") else {
            guard let groups = Self.groups(text, mayEndInIPv4: true), groups.count == 8 else { return nil }
            self.groups = groups
            return
        }
        guard let head = Self.groups(text[..<gap.lowerBound], mayEndInIPv4: false),
            let tail = Self.groups(text[gap.upperBound...], mayEndInIPv4: true), head.count + tail.count <= 7
        else { return nil }
        groups = head + [UInt16](repeating: 0, count: 8 - head.count - tail.count) + tail
    }

    /// Returns the groups between the colons of a text; nil if one of them is malformed.
    private static func groups(_ text: Substring, mayEndInIPv4: Bool) -> [UInt16]? {
        if text.isEmpty { return [] }
        var parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var tail: [UInt16] = []
        if mayEndInIPv4, let last = parts.last, last.utf8.contains(UInt8(ascii: ".")) {
            guard HostName.isIPv4(last) else { return nil }
            let bytes = last.split(separator: ".").compactMap { UInt16($0) }
            tail = [bytes[0] << 8 | bytes[1], bytes[2] << 8 | bytes[3]]
            parts.removeLast()
        }
        let groups = parts.compactMap(group)
        return groups.count == parts.count ? groups + tail : nil
    }

    /// Returns the value of one to four hexadecimal digits; nil for any other text.
    private static func group(_ part: Substring) -> UInt16? {
        guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ Hexadecimal.value($0) != nil }) else {
            return nil
        }
        return UInt16(part, radix: 16)
    }
}
