/// An IPv4 or IPv6 address as a number, without a zone.
///
/// An IPv4 address has its mapped form (RFC 4291 section 2.5.5.2). So `192.0.2.1` and `::ffff:192.0.2.1` are equal.
package struct IPAddress: Sendable, Hashable {
    /// The 128 bits of the address, the first group highest.
    package let bits: UInt128

    package init(bits: UInt128) { self.bits = bits }

    /// Makes an IPv4 address of its 32 bits.
    package init(ipv4: UInt32) { self.init(bits: Self.mapped << 32 | UInt128(ipv4)) }

    /// Reads a text without brackets, port and zone; nil for any other text.
    package init?(_ text: Substring) {
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let groups = IPv6Address(text)?.groups else { return nil }
            self.init(bits: groups.reduce(0) { $0 << 16 | UInt128($1) })
        } else {
            guard HostName.isIPv4(text) else { return nil }
            self.init(ipv4: text.split(separator: ".").reduce(0) { $0 << 8 | (UInt32($1) ?? 0) })
        }
    }

    /// The 96 bits before an IPv4 address in its mapped form.
    private static let mapped: UInt128 = 0xFFFF

    package var isIPv4: Bool { bits >> 32 == Self.mapped }
}

extension IPAddress: CustomStringConvertible {
    /// The text of the address: dotted for IPv4, that of RFC 5952 for IPv6.
    package var description: String {
        if isIPv4 {
            return [24, 16, 8, 0].map { String(UInt8(truncatingIfNeeded: bits >> $0)) }.joined(separator: ".")
        }
        let groups = stride(from: 112, through: 0, by: -16).map { UInt16(truncatingIfNeeded: bits >> $0) }
        let zeros = Self.longestZeros(groups)
        func text(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard zeros.count > 1 else { return text(0..<8) }
        return "\(text(0..<zeros.lowerBound))::\(text(zeros.upperBound..<8))"
    }

    /// Returns the longest run of groups that are zero, the first one of equal length.
    private static func longestZeros(_ groups: [UInt16]) -> Range<Int> {
        var longest = 0..<0
        var start = 0
        for index in groups.indices {
            guard groups[index] == 0 else {
                start = index + 1
                continue
            }
            if index + 1 - start > longest.count { longest = start..<index + 1 }
        }
        return longest
    }
}
