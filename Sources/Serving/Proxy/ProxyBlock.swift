import Messages

/// The header of version 2 (section 2.2): 16 bytes, the addresses, and vectors of type, length and value.
enum ProxyBlock {
    private static let head = 16
    /// The type of the vector with the checksum of the header (section 2.2.3).
    private static let checksumType: UInt8 = 0x03

    static func read(_ bytes: Span<UInt8>) -> ProxyHeader.Step {
        do throws(ProxyFault) {
            guard bytes.count >= head else { return .needMore }
            let command = try command(bytes[12])
            let length = head + Int(bytes[14]) << 8 + Int(bytes[15])
            guard length <= head + ProxyHeader.longestRest else { throw .tooLong }
            // LOCAL: the hop speaks for itself, and all that follows is ignored.
            guard command == .proxy else {
                return bytes.count < length ? .needMore : .whole(ProxyHeader(length: length, source: nil))
            }
            let family = try Family(bytes[13])
            guard length >= head + family.size else { throw .addresses }
            guard bytes.count >= length else { return .needMore }
            try checkVectors(bytes.extracting(first: length), from: head + family.size, of: family)
            return .whole(ProxyHeader(length: length, source: family.source(bytes)))
        } catch {
            return .broken(error)
        }
    }

    private enum Command {
        case local
        case proxy
    }

    private static func command(_ byte: UInt8) throws(ProxyFault) -> Command {
        guard byte >> 4 == 2 else { throw .version }
        switch byte & 0xF {
        case 0: return .local
        case 1: return .proxy
        default: throw .command
        }
    }

    /// The kind of the addresses.
    private enum Family {
        case unspecified
        case ipv4(isStream: Bool)
        case ipv6(isStream: Bool)
        case unix

        init(_ byte: UInt8) throws(ProxyFault) {
            let isStream = byte & 0xF == 1
            guard byte & 0xF <= 2 else { throw .family }
            switch byte >> 4 {
            case 0: self = .unspecified
            case 1: self = .ipv4(isStream: isStream)
            case 2: self = .ipv6(isStream: isStream)
            case 3: self = .unix
            default: throw .family
            }
        }

        /// The bytes of both addresses, with their ports.
        var size: Int {
            switch self {
            case .unspecified: 0
            case .ipv4: 12
            case .ipv6: 36
            case .unix: 216
            }
        }

        /// Returns the address of the caller; nil where it is none of a TCP connection.
        func source(_ bytes: Span<UInt8>) -> IPAddress? {
            switch self {
            case .ipv4(isStream: true):
                IPAddress(ipv4: (head..<head + 4).reduce(0) { $0 << 8 | UInt32(bytes[$1]) })
            case .ipv6(isStream: true):
                IPAddress(bits: (head..<head + 16).reduce(0) { $0 << 8 | UInt128(bytes[$1]) })
            case .unspecified, .ipv4, .ipv6, .unix: nil
            }
        }
    }

    /// Checks the vectors and the checksum, where there is one.
    ///
    /// Behind no addresses may be anything: a receiver ignores it. It has vectors where it looks like them.
    private static func checkVectors(
        _ header: Span<UInt8>,
        from start: Int,
        of family: Family
    ) throws(ProxyFault) {
        var checksum: Range<Int>?
        var index = start
        while index < header.count {
            let value = index + 3
            guard value <= header.count else { return try reportVectors(family) }
            let end = value + Int(header[index + 1]) << 8 + Int(header[index + 2])
            guard end <= header.count else { return try reportVectors(family) }
            if header[index] == checksumType {
                guard end - value == 4, checksum == nil else { return try reportVectors(family) }
                checksum = value..<end
            }
            index = end
        }
        guard let checksum else { return }
        let stated = checksum.reduce(0) { $0 << 8 | UInt32(header[$1]) }
        guard CRC32C.of(header, zeros: checksum) == stated else { throw .checksum }
    }

    /// Refuses malformed vectors, unless they are behind no addresses.
    private static func reportVectors(_ family: Family) throws(ProxyFault) {
        guard case .unspecified = family else { throw .vectors }
    }
}
