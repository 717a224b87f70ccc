import Glibc
import Messages

/// The rule on the addresses that the upstream's name may resolve to.
///
/// A name that leads to the instance metadata service, or to the gateway's own machine, must not get a signed
/// request.
struct AddressRule: Sendable {
    /// The address that the configuration gives in place of a name.
    ///
    /// It is always allowed.
    private let literal: [UInt8]?
    private let allowsPrivate: Bool
    /// Whether a proxy is configured: the operator named it, and only its address is visible here.
    private let allowsAll: Bool
    /// Whether the operator gave the path of a Unix socket, and so no name is resolved.
    private let allowsUnixSocket: Bool

    init(_ configuration: UpstreamConfiguration) {
        literal = Self.parse(configuration.origin.host)
        allowsPrivate = configuration.allowsPrivateAddresses
        allowsAll = configuration.proxy != nil
        allowsUnixSocket = configuration.unixSocket != nil
    }

    /// Returns whether a connection may go to a `sockaddr_in` or `sockaddr_in6`, given as its bytes.
    ///
    /// A Unix socket is allowed where the configuration has its path. Any other family is refused.
    func allows(family: Int32, socketAddress bytes: [UInt8]) -> Bool {
        switch family {
        case AF_INET where bytes.count >= 8: allows([UInt8](bytes[4..<8]))
        case AF_INET6 where bytes.count >= 24: allows([UInt8](bytes[8..<24]))
        case AF_UNIX: allowsUnixSocket
        default: false
        }
    }

    /// Returns whether a connection may go to an address of 4 or 16 bytes.
    func allows(_ address: [UInt8]) -> Bool {
        if allowsAll || address == literal { return true }
        switch Self.reach(of: address) {
        case .global: return true
        case .notGlobal: return allowsPrivate
        case .linkLocal: return false
        }
    }

    /// The part of the network that an address belongs to.
    private enum Reach {
        case global
        case notGlobal
        case linkLocal
    }

    /// Classifies an address by the registries of RFC 6890.
    private static func reach(of address: [UInt8]) -> Reach {
        if address.count == 4 { return reach4(address[0], address[1], address[2]) }
        guard address.count == 16 else { return .notGlobal }
        if address[0] == 0xFE, address[1] & 0xC0 == 0x80 { return .linkLocal }
        // fd00:ec2::/32 holds the metadata service's IPv6 address.
        if address[0] == 0xFD, address[1] == 0x00, address[2] == 0x0E, address[3] == 0xC2 {
            return .linkLocal
        }
        let mapped = address[..<10].allSatisfy { $0 == 0 } && address[10] == 0xFF && address[11] == 0xFF
        let translated =
            address[..<4].elementsEqual([0x00, 0x64, 0xFF, 0x9B]) && address[4..<12].allSatisfy { $0 == 0 }
        if mapped || translated { return reach4(address[12], address[13], address[14]) }
        // 2000::/3 is the global unicast space. In it, 2002::/16 carries an IPv4 address, and 2001:db8::/32
        // is reserved for documentation.
        guard address[0] & 0xE0 == 0x20 else { return .notGlobal }
        if address[0] == 0x20, address[1] == 0x02 { return reach4(address[2], address[3], address[4]) }
        if address[0] == 0x20, address[1] == 0x01, address[2] == 0x0D, address[3] == 0xB8 {
            return .notGlobal
        }
        return .global
    }

    private static func reach4(_ a: UInt8, _ b: UInt8, _ c: UInt8) -> Reach {
        switch (a, b, c) {
        case (169, 254, _): .linkLocal
        case (0, _, _), (10, _, _), (127, _, _), (224..., _, _): .notGlobal
        case (100, 64...127, _), (172, 16...31, _), (192, 168, _), (198, 18...19, _): .notGlobal
        case (192, 0, 0), (192, 0, 2), (198, 51, 100), (203, 0, 113): .notGlobal
        default: .global
        }
    }

    private static func parse(_ host: String) -> [UInt8]? {
        for (family, size) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: size)
            if unsafe inet_pton(family, host, &bytes) == 1 { return bytes }
        }
        return nil
    }
}
