import Serving
import Testing

/// The syntax of a listening address, and the count of cores.
struct ListenAddressTests {
    @Test(arguments: [
        ("127.0.0.1:8080", ListenAddress.tcp(host: "127.0.0.1", port: 8080)),
        ("localhost:0", .tcp(host: "localhost", port: 0)),
        ("[::1]:65535", .tcp(host: "::1", port: 65_535)),
        ("unix:/run/syncgate.sock", .unix(path: "/run/syncgate.sock")),
    ])
    func wellFormedAddressesAreReadAndPrintedAlike(text: String, expected: ListenAddress) throws {
        #expect(try ListenAddress(parsing: text) == expected)
        #expect(expected.description == text)
    }

    @Test(arguments: [
        "", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:+80", "127.0.0.1:8080 ",
        "::1:80",
        "[127.0.0.1]:80", "[]:80", "a b:80", "http://a:80", "unix:", "unix:relative", "h:٣", "*:8080",
        "[::1]:8080x", "[:]:80", "..:80", "256.256.256.256:80", "a<b:80", "0:80", "127.1:80",
    ])
    func anythingElseIsRefused(text: String) {
        #expect(throws: ServingError.badAddress(text)) { try ListenAddress(parsing: text) }
    }

    @Test(arguments: ["*:8080", ":8080"])
    func everyAddressIsWrittenOut(text: String) {
        let advice = "for every address 0.0.0.0:port or [::]:port"
        #expect(throws: ServingError.badAddress(text)) { try ListenAddress(parsing: text) }
        #expect(ServingError.badAddress(text).description.hasSuffix(advice))
    }

    @Test func coresAreCountedFromAffinityAndQuota() {
        #expect(AvailableCores.coresOfAffinity("Name:\tx\nCpus_allowed_list:\t0-3,8\nMems:\t0") == 5)
        #expect(AvailableCores.coresOfAffinity("Cpus_allowed_list:\t3-1") == nil)
        #expect(AvailableCores.coresOfQuota("150000 100000\n") == 2)
        #expect(AvailableCores.coresOfQuota("max 100000\n") == nil)
        #expect(
            AvailableCores.unifiedGroup("9:cpu:/x\n0::/system.slice/a.service\n") == "/system.slice/a.service"
        )
        #expect(AvailableCores.withParents("/a/b") == ["/a/b", "/a", ""])
        #expect(AvailableCores.count() >= 1)
    }
}
