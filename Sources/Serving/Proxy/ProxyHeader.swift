package import Messages

/// A header of the PROXY protocol, by HAProxy's document `proxy-protocol.txt`, versions 1 and 2.
///
/// A hop sends it once, before the first byte of its caller. So it is in front of TLS.
package struct ProxyHeader: Sendable, Equatable {
    /// The reading of the first bytes of a connection.
    package enum Step: Sendable, Equatable {
        /// The bytes may become a header, or are the start of one.
        case needMore
        /// The bytes are no header.
        case absent
        case whole(ProxyHeader)
        /// The bytes begin as a header does, and are none.
        case broken(ProxyFault)
    }

    /// The number of bytes of the header.
    package let length: Int
    /// The address of the caller; nil where the header has none, or says to take that of the connection.
    package let source: IPAddress?

    /// The most bytes after the first 16 of version 2: the addresses, and TLVs such as a certificate's name.
    package static let longestRest = 4096

    /// Reads a header at the start of a connection.
    ///
    /// - Parameter bytes: All bytes of the connection so far.
    package static func read(_ bytes: Span<UInt8>) -> Step {
        switch signature(of: bytes) {
        case .line: ProxyLine.read(bytes)
        case .block: ProxyBlock.read(bytes)
        case .none: .absent
        case .open: .needMore
        }
    }

    /// Returns whether the bytes begin as no caller's do, but as a header does.
    package static func isBegun(_ bytes: Span<UInt8>) -> Bool {
        switch signature(of: bytes) {
        case .line, .block: true
        case .none, .open: false
        }
    }

    private enum Signature {
        case line
        case block
        case none
        /// There are too few bytes to decide.
        case open
    }

    private static let line = [UInt8]("PROXY".utf8)
    private static let block: [UInt8] = [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10]

    private static func signature(of bytes: Span<UInt8>) -> Signature {
        for (known, found) in [(line, Signature.line), (block, .block)] {
            let count = min(known.count, bytes.count)
            guard (0..<count).allSatisfy({ bytes[$0] == known[$0] }) else { continue }
            return count == known.count ? found : .open
        }
        return .none
    }
}

/// The way in which a PROXY header is broken, for the log.
package enum ProxyFault: String, Error, Sendable, CaseIterable {
    case noLineEnd = "the line does not end within 107 bytes"
    case lineEnd = "the line has a CR or LF alone"
    case line = "the line is not of the form of version 1"
    case version = "the version is neither 1 nor 2"
    case command = "the command is neither LOCAL nor PROXY"
    case family = "the family or the protocol is unknown"
    case tooLong = "the header is too long"
    case addresses = "the addresses are cut"
    case vectors = "the TLVs do not fill the header"
    case checksum = "the checksum is wrong"
    case cut = "the header is not whole"
}
