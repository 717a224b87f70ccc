import Serving

/// The start of a connection, and what a reader of HAProxy's document finds in it.
struct ProxyHeaderCase: Sendable, CustomStringConvertible {
    let name: String
    let bytes: [UInt8]
    let expected: Expectation
    var description: String { name }

    enum Expectation: Sendable, Equatable {
        /// The address of the caller; nil for that of the connection.
        case source(String?)
        case broken(ProxyFault)
        case absent
        case needMore
    }

    init(_ name: String, _ bytes: [UInt8], _ expected: Expectation) {
        self.name = name
        self.bytes = bytes
        self.expected = expected
    }

    init(line: String, _ expected: Expectation) {
        self.init(String(line.prefix(60)), [UInt8](line.utf8), expected)
    }
}

/// Headers of version 2, made part by part.
enum Block {
    static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]
    /// 192.0.2.7:4660 to 198.51.100.1:443.
    static let ipv4: [UInt8] = [192, 0, 2, 7, 198, 51, 100, 1, 0x12, 0x34, 0x01, 0xBB]
    /// The addresses 2001:db8::7 and 2001:db8::1.
    static let ipv6: [UInt8] =
        [0x20, 0x01, 0x0D, 0xB8] + zeros(11) + [7] + [0x20, 0x01, 0x0D, 0xB8] + zeros(11) + [
            1, 0x12, 0x34, 1, 0xBB,
        ]
    static let unix = Array("/run/caller.sock".utf8) + zeros(92) + Array("/run/gateway.sock".utf8) + zeros(91)

    static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    static func vector(_ type: UInt8, _ value: [UInt8]) -> [UInt8] {
        [type, UInt8(value.count >> 8), UInt8(value.count & 0xFF)] + value
    }

    /// Returns a header with the right length, or a stated one.
    static func header(_ command: UInt8, _ family: UInt8, _ rest: [UInt8], length: Int? = nil) -> [UInt8] {
        let length = length ?? rest.count
        return signature + [command, family, UInt8(length >> 8), UInt8(length & 0xFF)] + rest
    }

    /// Returns a header that ends with a checksum, computed bit by bit as RFC 4960 says.
    static func checked(_ command: UInt8, _ family: UInt8, _ rest: [UInt8], wrong: Bool = false) -> [UInt8] {
        let bytes = header(command, family, rest + vector(3, zeros(4)))
        var sum = UInt32.max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
        }
        sum = ~sum ^ (wrong ? 1 : 0)
        return bytes.dropLast(4) + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> UInt32($0)) }
    }
}
