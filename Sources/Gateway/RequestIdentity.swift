package import HTTPTypes

/// The ids that tie a request to its lines in other logs.
package enum RequestIdentity {
    /// The caller's `X-Request-Id` if it is `[A-Za-z0-9._:-]{1,128}`, else a new UUID.
    package static func requestID(of fields: HTTPFields) -> String {
        guard let given = fields[.requestID], isAcceptable(given) else { return newID() }
        return given
    }

    /// The trace id of a W3C `traceparent`, version 00 to fe; nil if the field is not one.
    package static func traceID(of fields: HTTPFields) -> String? {
        guard let parent = fields[.traceparent] else { return nil }
        let parts = parent.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].count == 2, parts[1].count == 32, parts[2].count == 16,
            parts[0...2].allSatisfy({ $0.allSatisfy(isLowerHexadecimal) }),
            parts[1].contains(where: { $0 != UInt8(ascii: "0") }), String(parts[0]) != "ff"
        else { return nil }
        return String(parts[1])
    }

    private static func isAcceptable(_ id: String) -> Bool {
        (1...128).contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: ":"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    private static func isLowerHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    /// A version 4 UUID (RFC 9562, section 5.4).
    private static func newID() -> String {
        var generator = SystemRandomNumberGenerator()
        let high = (generator.next() & 0xFFFF_FFFF_FFFF_0FFF) | 0x4000
        let low = (generator.next() & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (word, cuts) in [(high, [8, 12]), (low, [0, 4])] {
            for index in 0..<16 {
                if cuts.contains(index) { text.append(UInt8(ascii: "-")) }
                text.append(digits[Int((word >> UInt64(60 - 4 * index)) & 0xF)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
