package import HTTPTypes
import Messages
import Serving

/// The ids that tie a request to its lines in other logs.
package enum RequestIdentity {
    /// Returns the caller's `X-Request-Id` if it is `[A-Za-z0-9._:-]{1,128}`, else a new UUID.
    package static func requestID(of fields: HTTPFields) -> String {
        guard let given = fields.value(of: .requestID), isAcceptable(given) else { return newID() }
        return given
    }

    /// Returns the trace id of a W3C `traceparent`, version 00 to fe; nil if the field is not one.
    package static func traceID(of fields: HTTPFields) -> String? {
        traceID(of: fields.value(of: .traceparent))
    }

    package static func traceID(of parent: String?) -> String? {
        guard let parent else { return nil }
        let parts = parent.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].count == 2, parts[1].count == 32, parts[2].count == 16,
            parts[0...2].allSatisfy({ $0.allSatisfy(isLowerHexadecimal) }),
            parts[1].contains(where: { $0 != UInt8(ascii: "0") }), String(parts[0]) != "ff"
        else { return nil }
        return String(parts[1])
    }

    private static let acceptable = ByteSet("a"..."z", "A"..."Z", "0"..."9", and: "._:-")

    private static func isAcceptable(_ id: String) -> Bool {
        (1...128).contains(id.utf8.count) && acceptable.containsAll(id.utf8.span)
    }

    /// Returns whether an id that is still bytes is acceptable.
    static func isAcceptable(_ id: WireBytes) -> Bool {
        (1...128).contains(id.count) && id.consists(of: acceptable)
    }

    private static func isLowerHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    /// Returns a version 4 UUID (RFC 9562, section 5.4).
    private static func newID() -> String {
        var generator = SystemRandomNumberGenerator()
        return newID(by: &generator)
    }

    static func newID(by generator: inout some RandomNumberGenerator) -> String {
        let high = (generator.next() & 0xFFFF_FFFF_FFFF_0FFF) | 0x4000
        let low = (generator.next() & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
        let text = [UInt8](capacity: 36) { (text: inout OutputSpan<UInt8>) in
            append(high >> 32, digits: 8, to: &text)
            for (word, digits) in [(high >> 16, 4), (high, 4), (low >> 48, 4), (low, 12)] {
                text.append(UInt8(ascii: "-"))
                append(word, digits: digits, to: &text)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the lowest hexadecimal digits of a number.
    private static func append(_ word: UInt64, digits: Int, to text: inout OutputSpan<UInt8>) {
        for position in (0..<UInt64(digits)).reversed() {
            let digit = UInt8(truncatingIfNeeded: word >> (4 * position)) & 0xF
            text.append(digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
        }
    }

    /// The generator of ids, which are names and not secrets.
    ///
    /// Only its seed comes from the system.
    ///
    /// The algorithm is that of `SplitMix64` in Messages. It is repeated here because a hit makes an id: the
    /// compiler does not inline a generator of another module into `newID(by:)`.
    struct Randomness: RandomNumberGenerator {
        private var state = UInt64.random(in: .min ... .max)

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}
