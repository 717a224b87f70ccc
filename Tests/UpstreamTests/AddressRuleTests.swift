import Glibc
import Messages
import Testing

@testable import Upstream

@Suite struct AddressRuleTests {
    private func rule(_ host: String, allowsPrivate: Bool) throws -> AddressRule {
        var configuration = UpstreamConfiguration(origin: try #require(Origin(scheme: .https, host: host)))
        configuration.allowsPrivateAddresses = allowsPrivate
        return AddressRule(configuration)
    }

    private func bytes(_ text: String) throws -> [UInt8] {
        let family = text.contains(":") ? AF_INET6 : AF_INET
        var bytes = [UInt8](repeating: 0, count: family == AF_INET ? 4 : 16)
        try #require(unsafe inet_pton(family, text, &bytes) == 1)
        return bytes
    }

    @Test(
        arguments: [
            "127.0.0.1", "127.255.255.255", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
            "100.64.0.1", "0.0.0.0",
            "224.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fc00::1", "fd12::1", "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "2002:a00:1::1", "2001:db8::1", "::127.0.0.1",
            "198.18.0.1",
        ]
    )
    func anAddressThatIsNotPublicNeedsPermission(address: String) throws {
        #expect(try !rule("name", allowsPrivate: false).allows(bytes(address)))
        #expect(try rule("name", allowsPrivate: true).allows(bytes(address)))
        #expect(try rule("name", allowsPrivate: false).allows(bytes("52.94.0.1")))
    }

    @Test(
        arguments: [
            "169.254.169.254", "169.254.0.1", "fe80::1", "febf::1", "::ffff:169.254.169.254",
            "64:ff9b::169.254.169.254",
            "fd00:ec2::254", "2002:a9fe:a9fe::1",
        ]
    )
    func aNameNeverReachesTheMetadataService(address: String) throws {
        #expect(try !rule("name", allowsPrivate: true).allows(bytes(address)))
    }

    @Test(arguments: ["169.254.169.254", "127.0.0.1", "::1", "fe80::1"])
    func anAddressThatTheConfigurationGivesIsAllowed(address: String) throws {
        #expect(try rule(address, allowsPrivate: false).allows(bytes(address)))
        #expect(try !rule(address, allowsPrivate: true).allows(bytes("169.254.1.1")))
    }

    @Test(arguments: ["8.8.8.8", "52.94.0.1", "100.128.0.1", "172.32.0.1", "2600:1f00::1", "2a05:d000::1"])
    func aPublicAddressIsAllowed(address: String) throws {
        #expect(try rule("name", allowsPrivate: false).allows(bytes(address)))
    }

    @Test func theSocketAddressOfEachFamilyIsRead() throws {
        let rule = try rule("name", allowsPrivate: false)
        #expect(
            rule.allows(
                family: AF_INET,
                socketAddress: [2, 0, 1, 187, 52, 94, 0, 1] + [UInt8](repeating: 0, count: 8)
            )
        )
        #expect(
            !rule.allows(
                family: AF_INET,
                socketAddress: [2, 0, 1, 187, 10, 94, 0, 1] + [UInt8](repeating: 0, count: 8)
            )
        )
        let head: [UInt8] = [10, 0, 1, 187, 0, 0, 0, 0]
        #expect(
            try rule.allows(family: AF_INET6, socketAddress: head + bytes("2600:1f00::1") + [0, 0, 0, 0])
        )
        #expect(try !rule.allows(family: AF_INET6, socketAddress: head + bytes("::1") + [0, 0, 0, 0]))
        #expect(!rule.allows(family: AF_INET, socketAddress: [2, 0]))
        #expect(!rule.allows(family: AF_UNIX, socketAddress: [UInt8](repeating: 1, count: 28)))
    }
}
