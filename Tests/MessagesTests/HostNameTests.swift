import Messages
import Testing

@Suite struct HostNameTests {
    @Test(arguments: [
        "localhost", "h", "a.b", "example.com.", "under_score", "xn--bcher-kva.example", "a-b.c-d", "1a",
        "0xg", "1.com",
        "127.0.0.1", "0.0.0.0", "255.255.255.255", "::", "::1", "1::", "1:2:3:4:5:6:7:8", "fe80::1:2", "1::8",
        "::ffff:127.0.0.1", "64:ff9b::1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7::", "ABCD::EF01",
    ])
    func aNameOrAnAddressIsAHost(text: String) { #expect(HostName.isValid(text)) }

    @Test(arguments: [
        "", ".", "..", "a..b", ".a", "a b", "a<b", "*", "a/b", "a%b", "a@b", "[::1]", "-a", "a-", "é",
        "a\u{0}",
        "256.256.256.256", "1", "1.2.3", "1.2.3.4.", "1.2.3.4.5", "127.1", "0x7f.1", "0x7f", "0x", "01.2.3.4",
        "1.2.3.٤",
        ":", ":::", "::1::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "::g", "1::2::3", "::1.2.3",
        ":1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:", "::1.2.3.4:5", "1.2.3.4::", "1:2:3:4:5:6:7::8", "::1%eth0", "fe80::%1",
    ])
    func nothingElseIsAHost(text: String) { #expect(!HostName.isValid(text)) }

    @Test func namesAndLabelsHaveTheirLengths() {
        let label = String(repeating: "a", count: 63)
        #expect(HostName.isValid(label) && !HostName.isValid(label + "a"))
        let name = Array(repeating: label, count: 4).joined(separator: ".")
        #expect(!HostName.isValid(name) && HostName.isValid(String(name.dropLast(2))))
    }
}
