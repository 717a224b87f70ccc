import Messages
import Serving
import Testing

/// Networks and addresses: strict to read, the same in all spellings.
struct IPNetworkTests {
    @Test(arguments: [
        (
            "10.0.0.0/8", ["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"],
            ["11.0.0.0", "9.255.255.255", "::10.1.2.3"]
        ),
        ("192.0.2.1", ["192.0.2.1"], ["192.0.2.2"]), ("192.0.2.1/32", ["192.0.2.1"], ["192.0.2.0"]),
        ("0.0.0.0/0", ["1.2.3.4"], ["2001:db8::1", "::1"]), ("::/0", ["2001:db8::1", "::"], ["1.2.3.4"]),
        ("2001:db8::/32", ["2001:db8:ffff::1"], ["2001:db9::"]),
        ("2001:db8::1", ["2001:DB8:0::1"], ["2001:db8::2"]),
        ("::ffff:10.0.0.0/104", ["10.9.9.9"], ["11.0.0.0"]), ("128.0.0.0/1", ["255.0.0.0"], ["127.0.0.1"]),
    ])
    func aNetworkHasItsAddresses(text: String, inside: [String], outside: [String]) throws {
        let network = try IPNetwork(parsing: text)
        for address in try inside.map({ try #require(IPAddress(Substring($0))) }) {
            #expect(network.contains(address))
        }
        for address in try outside.map({ try #require(IPAddress(Substring($0))) }) {
            #expect(!network.contains(address))
        }
    }

    @Test(arguments: [
        ("10.0.0.1/8", "10.0.0.0/8"), ("2001:db8::1/64", "2001:db8::/64"),
        ("::ffff:10.0.0.1/104", "10.0.0.0/8"),
    ])
    func bitsBehindThePrefixAreRefused(text: String, meant: String) throws {
        let network = try IPNetwork(parsing: meant)
        #expect(throws: IPNetwork.Fault.hostBits(network)) { try IPNetwork(parsing: text) }
        #expect(network.description == meant)
    }

    @Test(arguments: [
        "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "::/129",
        "::/x",
    ])
    func aPrefixIsANumberWithinTheAddress(text: String) {
        #expect(throws: IPNetwork.Fault.badPrefix(most: text.hasPrefix(":") ? 128 : 32)) {
            try IPNetwork(parsing: text)
        }
    }

    @Test(arguments: [
        "", "/8", "10.0.0/8", "10/8", "localhost", "[::1]", "10.0.0.0 /8", "fe80::1%1/64", "010.0.0.0/8",
    ])
    func anythingElseIsNoNetwork(text: String) {
        #expect(throws: IPNetwork.Fault.notAnAddress) { try IPNetwork(parsing: text) }
    }

    /// RFC 5952 section 4: lower case, no zeros before a group, the first longest run of zeros shortened.
    @Test(arguments: [
        ("2001:0DB8:0:0:0:0:0:1", "2001:db8::1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("::", "::"), ("::1", "::1"), ("1::", "1::"),
        ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("::ffff:192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"),
        ("::192.0.2.1", "::c000:201"),
    ])
    func anAddressHasOneText(text: String, canonical: String) throws {
        let address = try #require(IPAddress(Substring(text)))
        #expect(address.description == canonical)
        #expect(IPAddress(Substring(canonical)) == address)
    }
}
