import NIOCore

/// Reads a chunked body (RFC 9112 section 7.1), strictly: no extensions, no blanks, CR LF everywhere.
///
/// Extensions may be sent by the grammar and carry nothing that this server knows; the ways in which parsers
/// skip them differ, so they are refused. Trailer fields are checked and dropped.
struct ChunkedBody: Sendable {
    private enum State {
        /// In the hexadecimal size of a chunk, after so many digits.
        case size(value: Int, digits: Int)
        /// After the CR of a size line.
        case sizeEnd(value: Int)
        /// In a chunk with so many bytes to come, at least one.
        case data(left: Int)
        /// After the last byte of a chunk.
        case dataCarriageReturn
        case dataLineFeed
        /// After the last chunk.
        case trailer
    }

    /// Eight digits are 4 GiB, leading zeros counted: more is a trick, not a size.
    private static let mostDigits = 8

    private let limits: ServerLimits
    private var state = State.size(value: 0, digits: 0)
    private var trailer: TrailerSection

    init(limits: ServerLimits) {
        self.limits = limits
        trailer = TrailerSection(limits: limits)
    }

    /// Takes bytes up to the end of the body and appends what they carry.
    ///
    /// - Returns: whether the body has ended; if not, all of `input` was taken.
    mutating func collect(_ input: inout ByteBuffer, into body: inout [UInt8]) throws(Refusal) -> Bool {
        while input.readableBytes > 0 {
            if case .data(let left) = state {
                let count = min(left, input.readableBytes)
                if let slice = input.readSlice(length: count) {
                    body.append(contentsOf: slice.readableBytesView)
                }
                state = count == left ? .dataCarriageReturn : .data(left: left - count)
            } else if let byte: UInt8 = input.readInteger() {
                if try accept(byte, collected: body.count) { return true }
            }
        }
        return false
    }

    /// Takes one byte that is not a chunk's data; true when it ended the body.
    private mutating func accept(_ byte: UInt8, collected: Int) throws(Refusal) -> Bool {
        switch state {
        case .size(let value, let digits):
            if byte == .carriageReturn {
                guard digits > 0 else { throw .malformed }
                state = .sizeEnd(value: value)
            } else {
                guard let digit = byte.hexValue, digits < Self.mostDigits else { throw .malformed }
                state = .size(value: value * 16 + digit, digits: digits + 1)
            }
        case .sizeEnd(let value):
            guard byte == .lineFeed else { throw .malformed }
            guard value <= limits.body - collected else { throw .bodyTooLarge }
            state = value == 0 ? .trailer : .data(left: value)
        case .dataCarriageReturn:
            guard byte == .carriageReturn else { throw .malformed }
            state = .dataLineFeed
        case .dataLineFeed:
            guard byte == .lineFeed else { throw .malformed }
            state = .size(value: 0, digits: 0)
        case .trailer:
            return try trailer.accept(byte)
        case .data:
            throw .malformed
        }
        return false
    }
}
