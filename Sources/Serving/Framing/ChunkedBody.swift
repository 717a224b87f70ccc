import Messages
import NIOCore

/// A strict reader of a chunked body (RFC 9112 section 7.1): no extensions, no blanks, CR LF everywhere.
///
/// The grammar allows extensions, but this server knows none of them. Parsers differ in how they skip them,
/// so the reader refuses them. It checks trailer fields and drops them.
struct ChunkedBody: Sendable {
    private enum State {
        /// The hexadecimal size of a chunk, of which `digits` digits have been read.
        case size(value: Int, digits: Int)
        /// The LF of a size line, whose CR has been read.
        case sizeEnd(value: Int)
        /// The data of a chunk, of which `left` bytes are to come: at least one.
        case data(left: Int)
        /// The CR after the data of a chunk.
        case dataCarriageReturn
        /// The LF after the data of a chunk.
        case dataLineFeed
        /// The trailer section, after the last chunk.
        case trailer
    }

    /// The most digits of a size, leading zeros counted.
    ///
    /// Eight digits reach 4 GiB; a longer number is an attack, not a size.
    private static let mostDigits = 8

    private let limits: ServerLimits
    /// Whether the request may have a body; if not, its first chunk must be the last one.
    private let takesBody: Bool
    private var state = State.size(value: 0, digits: 0)
    private var trailer: TrailerSection

    init(limits: ServerLimits, takesBody: Bool) {
        self.limits = limits
        self.takesBody = takesBody
        trailer = TrailerSection(limits: limits)
    }

    /// Consumes bytes up to the end of the body, and appends the data of the chunks to `body`.
    ///
    /// - Returns: True at the end of the body; if false, all of `input` was consumed.
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

    /// Consumes one byte that is not the data of a chunk.
    ///
    /// - Parameter collected: The bytes of the body so far; the size of the next chunk is checked against the
    ///   rest.
    /// - Returns: True if this byte ends the body.
    private mutating func accept(_ byte: UInt8, collected: Int) throws(Refusal) -> Bool {
        switch state {
        case .size(let value, let digits):
            if byte == .carriageReturn {
                guard digits > 0 else { throw .malformed }
                state = .sizeEnd(value: value)
            } else {
                guard let digit = Hexadecimal.value(byte), digits < Self.mostDigits else {
                    throw .malformed
                }
                state = .size(value: value * 16 + Int(digit), digits: digits + 1)
            }
        case .sizeEnd(let value):
            guard byte == .lineFeed else { throw .malformed }
            guard value == 0 || takesBody else { throw .unexpectedBody }
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
