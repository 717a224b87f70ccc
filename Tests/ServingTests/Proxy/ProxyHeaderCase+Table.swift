import Serving

/// The lines of the table: what the document permits, and what it forbids.
extension ProxyHeaderCase {
    static let lines: [Self] = [
        Self(line: "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n", .source("192.168.0.1")),
        Self(line: "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", .source("255.255.255.255")),
        Self(line: "PROXY TCP4 192.0.2.1 192.0.2.2 0 0\r\n", .source("192.0.2.1")),
        Self(line: "PROXY TCP6 2001:DB8::1 2001:db8::2 1 2\r\n", .source("2001:db8::1")),
        Self(
            line:
                "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe 65535 65535\r\n",
            .source("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
        ),
        Self(line: "PROXY TCP6 ::ffff:192.0.2.9 ::1 1 2\r\n", .source("192.0.2.9")),
        Self(line: "PROXY UNKNOWN\r\n", .source(nil)),
        Self(line: "PROXY UNKNOWN 1.2.3.4 1.2.3.5 1 2\r\n", .source(nil)),
        Self(line: "PROXY UNKNOWN " + String(repeating: "f", count: 91) + "\r\n", .source(nil)),
        Self(
            "unknown, no text",
            Array("PROXY UNKNOWN \u{FF}".unicodeScalars.map { UInt8($0.value & 0xFF) }) + [13, 10],
            .source(nil)
        ),
        Self(line: "PROXY UNKNOWN " + String(repeating: "f", count: 92) + "\r\n", .broken(.noLineEnd)),
        Self(line: "PROXY " + String(repeating: "x", count: 200), .broken(.noLineEnd)),
        Self(line: "PROXY UNKNOWNX\r\n", .broken(.line)),
        Self(line: "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n", .broken(.lineEnd)),
        Self(line: "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\r\n", .broken(.lineEnd)),
        Self(line: "PROXY UNKNOWN a\rb\r\n", .broken(.lineEnd)),
        Self(line: "PROXY TCP4  192.0.2.1 192.0.2.2 1 2\r\n", .broken(.line)),
        Self(line: "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 \r\n", .broken(.line)),
        Self(line: "PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n", .broken(.line)),
        Self(line: "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n", .broken(.line)),
        Self(line: "PROXY TCP4\t192.0.2.1 192.0.2.2 1 2\r\n", .broken(.line)),
        Self(line: "PROXY TCP4 192.0.2.01 192.0.2.2 1 2\r\n", .broken(.line)),
        Self(line: "PROXY TCP4 192.0.2.256 192.0.2.2 1 2\r\n", .broken(.line)),
        Self(line: "PROXY TCP4 192.0.2 192.0.2.2 1 2\r\n", .broken(.line)),
        Self(line: "PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n", .broken(.line)),
        Self(line: "PROXY TCP4 192.0.2.1 192.0.2.2 65536 2\r\n", .broken(.line)),
        Self(line: "PROXY TCP4 192.0.2.1 192.0.2.2 -1 2\r\n", .broken(.line)),
        Self(line: "PROXY TCP4 192.0.2.1 192.0.2.2 1 +2\r\n", .broken(.line)),
        Self(line: "PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n", .broken(.line)),
        Self(line: "PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n", .broken(.line)),
        Self(line: "PROXY TCP4 192.0.2.1 2001:db8::2 1 2\r\n", .broken(.line)),
        Self(line: "PROXY TCP6 2001:db8::1::2 ::1 1 2\r\n", .broken(.line)),
        Self(line: "PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n", .broken(.line)),
        Self(line: "PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n", .broken(.line)),
        Self(line: "PROXY tcp4 192.0.2.1 192.0.2.2 1 2\r\n", .broken(.line)),
        Self(line: "PROXYTCP4 192.0.2.1 192.0.2.2 1 2\r\n", .broken(.line)),
        Self(line: "PROXY\r\n", .broken(.line)),
        Self(line: "PROXY TCP4 192.0.2.1 192.0.2.2 1 2", .needMore),
        Self(line: "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r", .needMore),
        Self(line: "PRO", .needMore),
        Self(line: "", .needMore),
        Self(line: "POST / HTTP/1.1\r\n", .absent),
        Self(line: "proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n", .absent),
        Self(line: "GET / HTTP/1.1\r\n", .absent),
        Self(line: "\r\nGET / HTTP/1.1\r\n", .absent),
        Self(line: "\r\n", .needMore),
    ]

    static let blocks: [Self] = [
        Self("TCP over IPv4", Block.header(0x21, 0x11, Block.ipv4), .source("192.0.2.7")),
        Self("TCP over IPv6", Block.header(0x21, 0x21, Block.ipv6), .source("2001:db8::7")),
        Self(
            "a mapped IPv4 address",
            Block.header(0x21, 0x21, Block.zeros(10) + [0xFF, 0xFF, 192, 0, 2, 9] + Block.zeros(20)),
            .source("192.0.2.9")
        ),
        Self("a Unix socket", Block.header(0x21, 0x31, Block.unix), .source(nil)),
        Self("a Unix datagram", Block.header(0x21, 0x32, Block.unix), .source(nil)),
        Self("UDP over IPv4", Block.header(0x21, 0x12, Block.ipv4), .source(nil)),
        Self("UDP over IPv6", Block.header(0x21, 0x22, Block.ipv6), .source(nil)),
        Self("IPv4 without a protocol", Block.header(0x21, 0x10, Block.ipv4), .source(nil)),
        Self("unspecified", Block.header(0x21, 0x00, []), .source(nil)),
        Self("unspecified with bytes", Block.header(0x21, 0x00, [1, 2, 3, 4, 5]), .source(nil)),
        Self("LOCAL", Block.header(0x20, 0x00, []), .source(nil)),
        Self("LOCAL with addresses", Block.header(0x20, 0x11, Block.ipv4), .source(nil)),
        Self("LOCAL of any family", Block.header(0x20, 0xFF, [1, 2, 3]), .source(nil)),
        Self(
            "vectors",
            Block.header(
                0x21,
                0x11,
                Block.ipv4 + Block.vector(1, Array("h2".utf8)) + Block.vector(2, Array("a.example".utf8))
                    + Block.vector(4, []) + Block.vector(5, Block.zeros(128))
                    + Block.vector(0x20, Block.zeros(300))
                    + Block.vector(0x30, Array("ns".utf8)) + Block.vector(0xEA, [1]) + Block.vector(0xFF, [0])
            ),
            .source("192.0.2.7")
        ),
        Self(
            "the longest",
            Block.header(0x21, 0x11, Block.ipv4 + Block.vector(4, Block.zeros(4096 - 15))),
            .source("192.0.2.7")
        ),
        Self("a checksum, IPv4", Block.checked(0x21, 0x11, Block.ipv4), .source("192.0.2.7")),
        Self(
            "a checksum behind a vector",
            Block.checked(0x21, 0x21, Block.ipv6 + Block.vector(4, [9, 9])),
            .source("2001:db8::7")
        ),
        Self("a checksum, unspecified", Block.checked(0x21, 0x00, []), .source(nil)),
        Self("a wrong checksum", Block.checked(0x21, 0x11, Block.ipv4, wrong: true), .broken(.checksum)),
        Self("a wrong checksum, unspecified", Block.checked(0x21, 0x00, [], wrong: true), .broken(.checksum)),
        Self(
            "a short checksum",
            Block.header(0x21, 0x11, Block.ipv4 + Block.vector(3, Block.zeros(3))),
            .broken(.vectors)
        ),
        Self(
            "two checksums",
            Block.checked(0x21, 0x11, Block.ipv4 + Block.vector(3, Block.zeros(4))),
            .broken(.vectors)
        ),
        Self("a cut vector", Block.header(0x21, 0x11, Block.ipv4 + [4, 0]), .broken(.vectors)),
        Self("a vector too long", Block.header(0x21, 0x11, Block.ipv4 + [4, 0, 2, 0]), .broken(.vectors)),
        Self("version 1 in binary", Block.header(0x11, 0x11, Block.ipv4), .broken(.version)),
        Self("version 3", Block.header(0x31, 0x11, Block.ipv4), .broken(.version)),
        Self("an unknown command", Block.header(0x22, 0x11, Block.ipv4), .broken(.command)),
        Self("an unknown family", Block.header(0x21, 0x41, Block.ipv4), .broken(.family)),
        Self("an unknown protocol", Block.header(0x21, 0x13, Block.ipv4), .broken(.family)),
        Self("IPv4 cut", Block.header(0x21, 0x11, Block.ipv4, length: 11), .broken(.addresses)),
        Self("IPv6 with the length of IPv4", Block.header(0x21, 0x21, Block.ipv4), .broken(.addresses)),
        Self("Unix cut", Block.header(0x21, 0x31, Block.ipv6), .broken(.addresses)),
        Self("too long", Block.header(0x21, 0x11, Block.ipv4, length: 4097), .broken(.tooLong)),
        Self("LOCAL too long", Block.header(0x20, 0x00, [], length: 65_535), .broken(.tooLong)),
        Self("not whole", Array(Block.header(0x21, 0x11, Block.ipv4).dropLast()), .needMore),
        Self("LOCAL not whole", Block.header(0x20, 0x00, [], length: 1), .needMore),
        Self("the head alone", Array(Block.header(0x21, 0x11, []).prefix(15)), .needMore),
        Self("a wrong signature", Array(Block.signature.dropLast()) + [0x0B, 0x21, 0x11, 0, 0], .absent),
    ]
}
