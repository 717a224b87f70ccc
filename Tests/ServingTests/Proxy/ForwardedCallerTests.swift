import Messages
import Serving
import Testing

/// The caller that trusted hops name, from 10.0.0.0/8 and 2001:db8:ff::/48.
struct ForwardedCallerTests {
    struct Case: Sendable, CustomStringConvertible {
        let forwardedFor: [String]
        let forwarded: [String]
        /// The address; nil for the hop itself, `conflict` for a contradiction.
        let expected: String?
        var description: String { "\(forwardedFor) \(forwarded)" }

        init(_ forwardedFor: [String], _ expected: String?) { self.init(forwardedFor, [], expected) }

        init(_ forwardedFor: [String], _ forwarded: [String], _ expected: String?) {
            (self.forwardedFor, self.forwarded, self.expected) = (forwardedFor, forwarded, expected)
        }
    }

    static let lists = [
        Case(["192.0.2.1"], "192.0.2.1"),
        Case(["192.0.2.1:4711"], "192.0.2.1"),
        Case(["2001:DB8:0::1"], "2001:db8::1"),
        Case(["[2001:db8::1]:4711"], "2001:db8::1"),
        Case(["[2001:db8::1]"], "2001:db8::1"),
        Case(["::ffff:192.0.2.1"], "192.0.2.1"),
        // What the caller itself has sent is left of what the hops have seen.
        Case(["6.6.6.6, 192.0.2.1"], "192.0.2.1"),
        Case(["6.6.6.6,192.0.2.1,10.0.0.9"], "192.0.2.1"),
        Case(["192.0.2.1 , 10.0.0.9 ,\t10.1.2.3"], "192.0.2.1"),
        Case(["192.0.2.1, 2001:db8:ff::1"], "192.0.2.1"),
        Case(["6.6.6.6", "192.0.2.1"], "192.0.2.1"),
        Case(["192.0.2.1", "10.0.0.9"], "192.0.2.1"),
        Case(["10.0.0.7, 10.0.0.9"], "10.0.0.7"),
        // A name that is no address ends the search.
        Case(["192.0.2.1, unknown"], nil),
        Case(["192.0.2.1, unknown, 10.0.0.9"], "10.0.0.9"),
        Case(["10.0.0.300"], nil),
        Case(["192.0.2.1, 10.0.0.0/8"], nil),
        Case(["192.0.2.1:99999"], nil),
        Case(["fe80::1%eth0"], nil),
        Case(["[192.0.2.1]"], nil),
        Case([""], nil),
        Case([" , ,"], nil),
        Case(["192.0.2.1,, ,"], "192.0.2.1"),
        Case(["192.0.2.1,\u{301}192.0.2.9"], nil),
        Case([], nil),
        // The search is bounded.
        Case(["192.0.2.1" + String(repeating: ", 10.0.0.9", count: 31)], "192.0.2.1"),
        Case(["192.0.2.1" + String(repeating: ", 10.0.0.9", count: 32)], "10.0.0.9"),
    ]

    static let elements = [
        Case([], ["for=192.0.2.1"], "192.0.2.1"),
        Case([], ["For=192.0.2.1;Proto=https;by=10.0.0.1"], "192.0.2.1"),
        Case([], ["proto=https; FOR=\"192.0.2.1:80\""], "192.0.2.1"),
        Case([], ["for=\"[2001:db8::1]:4711\""], "2001:db8::1"),
        Case([], ["for=\"[2001:db8::1]:_port\""], "2001:db8::1"),
        Case([], ["for=\"[2001:db8:\\:1]\""], "2001:db8::1"),
        Case([], ["for=6.6.6.6, for=192.0.2.1 , for=10.0.0.9"], "192.0.2.1"),
        Case([], ["for=192.0.2.1", "for=10.0.0.9"], "192.0.2.1"),
        Case([], ["for=192.0.2.1, for=_hidden"], nil),
        Case([], ["for=192.0.2.1, for=unknown, for=10.0.0.9"], "10.0.0.9"),
        Case([], ["for=192.0.2.1, proto=https"], nil),
        Case([], ["proto=https"], nil),
        Case([], ["for=192.0.2.1,,"], "192.0.2.1"),
        // A quote that does not end would swallow what the hop appends.
        Case([], ["for=\"192.0.2.1, for=10.0.0.9"], nil),
        Case([], ["for=\"6.6.6.6, for=\"[2001:db8::1]\""], nil),
        Case([], ["for=192.0.2.1:80"], nil),
        Case([], ["for=192.0.2.1;for=192.0.2.2"], nil),
        Case([], ["for"], nil),
        Case([], ["for="], nil),
        Case([], ["for=192.0.2.1 for=192.0.2.2"], nil),
        Case([], [""], nil),
    ]

    static let both = [
        Case(["192.0.2.1"], ["for=192.0.2.1"], "192.0.2.1"),
        Case(["192.0.2.1"], ["for=\"[::ffff:192.0.2.1]\""], "192.0.2.1"),
        Case(["192.0.2.1"], ["proto=https"], "192.0.2.1"),
        Case([""], ["for=192.0.2.1"], "192.0.2.1"),
        Case(["192.0.2.1"], ["for=192.0.2.2"], "conflict"),
        Case(["192.0.2.1"], ["for=_hidden"], "conflict"),
        Case(["192.0.2.1"], ["for=\"192.0.2.1"], "conflict"),
        Case(["192.0.2.1"], ["for=6.6.6.6, for=10.0.0.9"], "conflict"),
    ]

    @Test(arguments: lists + elements + both)
    func theRightmostUntrustedAddressIsTheCaller(wanted: Case) throws {
        let trusted = TrustedNetworks([
            try IPNetwork(parsing: "10.0.0.0/8"), try IPNetwork(parsing: "2001:db8:ff::/48"),
        ])
        let found = ForwardedCaller(
            forwardedFor: wanted.forwardedFor,
            forwarded: wanted.forwarded,
            trusted: trusted
        )
        switch found {
        case .nobody: #expect(wanted.expected == nil)
        case .conflict: #expect(wanted.expected == "conflict")
        case .address(let address): #expect(address.description == wanted.expected)
        }
    }
}
