import Serving
import Testing

/// The bounds that are read from the system: networks of callers, memory, descriptors.
struct SystemBoundsTests {
    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:0:1:a:b:c:d", "2001:db8:0:1::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("2001:db8::2:0:0:1", "2001:db8:0:0::/64"),
        ("2001:DB8::1", "2001:db8:0:0::/64"),
        ("::1", "0:0:0:0::/64"),
        ("::", "0:0:0:0::/64"),
        ("1::", "1:0:0:0::/64"),
        ("fe80::1%eth0", "fe80:0:0:0::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::ffff:c000:207", "192.0.2.7"),
        ("64:ff9b::192.0.2.7", "64:ff9b:0:0::/64"),
        ("/run/a:b", "/run/a:b"),
        ("1:2:3", "1:2:3"),
        ("1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8:9"),
        ("1:2:3:4::5:6:7:8", "1:2:3:4::5:6:7:8"),
        ("12345::", "12345::"),
        ("::1.2.3", "::1.2.3"),
        ("", ""),
    ])
    func aCallerOfIPv6IsItsNetwork(address: String, network: String) {
        #expect(CallerNetwork.of(address) == network)
        #expect(Caller(address: address).network == network)
        #expect(Caller(address: address).address == address)
    }

    @Test func oneNetworkOfIPv6CannotTakeAllConnections() {
        var limits = ServerLimits()
        limits.connectionsPerPeer = 2
        var admission = ConnectionAdmission(limits: limits)
        let verdicts = ["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1"].map {
            admission.admit(caller: Caller(address: $0).network, draining: false)
        }
        #expect(verdicts == [.admitted, .admitted, .refused(.overloaded), .admitted])
    }

    @Test(arguments: [
        ("MemTotal:       16384 kB\nMemFree: 1 kB\n", 16_777_216), ("MemFree: 1 kB\n", nil),
        ("MemTotal: x kB\n", nil), ("MemTotal: 0 kB\n", nil), ("MemTotal: 9223372036854775807 kB\n", nil),
    ])
    func theMemoryOfTheMachineIsReadFromItsLine(text: String, bytes: Int?) {
        #expect(AvailableMemory.total(text) == bytes)
    }

    @Test(arguments: [("536870912\n", 536_870_912), ("max\n", nil), ("", nil), ("-1\n", nil), ("0\n", nil)])
    func theLimitOfAGroupIsANumberOfBytes(text: String, bytes: Int?) {
        #expect(AvailableMemory.limit(text) == bytes)
    }

    @Test(arguments: [
        ("12:cpu,cpuacct:/a\n4:memory:/docker/b\n0::/\n", "/docker/b"), ("2:hugetlb,memory:/c\n", "/c"),
        ("0::/user.slice\n", nil), ("", nil),
    ])
    func theGroupOfVersion1IsFound(text: String, path: String?) {
        #expect(AvailableMemory.memoryGroup(text) == path)
    }

    @Test func theMachineHasMemory() { #expect(AvailableMemory.bytes() > 64 << 20) }

    @Test(arguments: [
        // The limit of the system, then the connections of callers, refused ones, and those of operators.
        (256, 112, 16, 20), (1024, 784, 112, 20), (4096, 3712, 256, 20), (1 << 20, 4096, 256, 512),
        (Int.max, 4096, 256, 512),
        (0, 1, 1, 20),
    ])
    func descriptorsAreDividedBetweenTheListeners(limit: Int, callers: Int, refused: Int, admin: Int) {
        let plan = DescriptorPlan(limit: limit, configured: 4096, upstream: 64, loops: 3)
        #expect((plan.callers, plan.refused, plan.admin) == (callers, refused, admin))
        if limit >= 256 {
            #expect(plan.callers + plan.refused <= limit - 64 - DescriptorPlan.reserve)
        }
    }

    @Test func eachFurtherEventLoopTakesThreeDescriptors() {
        let few = DescriptorPlan(limit: 512, configured: 4096, upstream: 64, loops: 8)
        let many = DescriptorPlan(limit: 512, configured: 4096, upstream: 64, loops: 24)
        #expect(few.callers + few.refused - many.callers - many.refused == 48)
    }

    @Test func theSoftLimitIsRaised() {
        let before = DescriptorLimit.current()
        DescriptorLimit.raise()
        #expect(DescriptorLimit.current() >= before)
    }
}
