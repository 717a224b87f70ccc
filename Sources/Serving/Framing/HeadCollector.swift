import Messages
import NIOCore

/// A collector of the bytes of a request head, which checks each line at its end.
///
/// Each byte is checked by its position, so the verdict does not depend on how reads cut the bytes. The
/// verdict comes at the first byte that cannot be part of a well-formed head. So no connection waits for an
/// end that never comes.
///
/// A line ends with CR LF and nothing else. RFC 9112 section 2.2 lets a server accept a bare LF. Parsers that
/// differ there let requests be smuggled.
struct HeadCollector: Sendable {
    /// The part of the head that is being read.
    private enum Part {
        /// The bytes before the first space, or the one empty line that may come before a request line.
        case method
        case target
        case version
        /// A field line, or the empty line that ends the head.
        case field
    }

    /// The longest method that is read at all; no method of RFC 9110 is longer than 7 bytes.
    private static let longestMethod = 32
    /// The field lines for which memory is reserved; a head may have more.
    private static let usualFields = 16

    /// The point that the scanned bytes reach.
    private enum Extent {
        case partOfHead
        /// The end of the empty line that may come before a request line.
        case emptyLine
        /// The end of the head.
        case head
    }

    private let limits: ServerLimits
    private var part = Part.method
    /// The bytes of the head that have been scanned.
    private var count = 0
    /// The start of the current line.
    private var line = 0
    private var afterCarriageReturn = false
    private var skippedEmptyLine = false
    /// The bytes of the head so far.
    ///
    /// If one read brought the whole head, it is a slice of the memory of that read.
    private(set) var wire = ByteBuffer()
    private(set) var methodEnd = 0
    private(set) var targetEnd = 0
    private(set) var versionEnd = 0
    private(set) var fields: [FieldLine] = []

    init(limits: ServerLimits) { self.limits = limits }

    /// Whether no byte of a request has come yet.
    var isEmpty: Bool { count == 0 && !skippedEmptyLine }

    /// Consumes bytes up to the end of the head.
    ///
    /// - Returns: True at the end of the head; if false, all of `input` was consumed.
    mutating func collect(_ input: inout ByteBuffer) throws(Refusal) -> Bool {
        let before = count
        if before > 0 { wire.writeImmutableBuffer(input) }
        let bytes = before > 0 ? wire : input
        switch try scan(bytes) {
        case .partOfHead:
            // A copy of its own: a slice would keep the whole memory of the read.
            if before == 0 { wire = ByteBuffer(bytes: input.readableBytesView) }
            input.moveReaderIndex(to: input.writerIndex)
            return false
        case .emptyLine:
            input.moveReaderIndex(forwardBy: count - before)
            count = 0
            wire = ByteBuffer()
            return try collect(&input)
        case .head:
            input.moveReaderIndex(forwardBy: count - before)
            wire = bytes.getSlice(at: bytes.readerIndex, length: count) ?? bytes
            return true
        }
    }

    /// Scans the bytes that have not been scanned yet.
    ///
    /// - Parameter bytes: All bytes of the head from its start.
    private mutating func scan(_ bytes: ByteBuffer) throws(Refusal) -> Extent {
        let view = bytes.readableBytesSpan
        while count < view.byteCount {
            count += ordinaryBytes(view)
            guard count < view.byteCount else { break }
            guard count < limits.head else { throw .headTooLarge }
            let byte = view.byte(at: count)
            guard afterCarriageReturn == (byte == .lineFeed) else { throw .malformed }
            afterCarriageReturn = byte == .carriageReturn
            if byte != .carriageReturn, byte != .lineFeed { try check(byte) }
            count += 1
            if byte == .lineFeed, let extent = try endLine(bytes) { return extent }
        }
        return .partOfHead
    }

    /// Returns the number of next bytes that change no state and need no check of their own.
    ///
    /// They are visible ASCII in a target, or visible ASCII and spaces in a field line, within the limits.
    private func ordinaryBytes(_ bytes: RawSpan) -> Int {
        let limit: Int
        switch part {
        case .target: limit = limits.target - (count - methodEnd - 1)
        case .field: limit = limits.field - (count - line)
        case .method, .version: return 0
        }
        guard !afterCarriageReturn else { return 0 }
        let most = max(0, min(limit, limits.head - count))
        return min(most, bytes.endOfText(from: count, blanks: part == .field) - count)
    }

    /// Checks a byte that is neither CR nor LF by its position in the line.
    private mutating func check(_ byte: UInt8) throws(Refusal) {
        guard !byte.isForbiddenControl else { throw .malformed }
        switch part {
        case .method:
            if byte == .space {
                guard count > 0 else { throw .malformed }
                methodEnd = count
                part = .target
            } else {
                guard byte.isTokenByte, count < Self.longestMethod else { throw .malformed }
            }
        case .target:
            if byte == .space {
                guard count > methodEnd + 1 else { throw .malformed }
                targetEnd = count
                part = .version
            } else {
                guard byte != .tab else { throw .malformed }
                guard count - methodEnd - 1 < limits.target else { throw .targetTooLong }
            }
        case .version:
            guard byte.isVisible, count - targetEnd - 1 < "HTTP/1.1".utf8.count else {
                throw .malformed
            }
        case .field:
            guard count - line < limits.field else { throw .headTooLarge }
        }
    }

    /// Ends a line that is whole with its CR LF.
    ///
    /// - Returns: The extent that ends with this line; nil if the head goes on.
    private mutating func endLine(_ bytes: ByteBuffer) throws(Refusal) -> Extent? {
        let end = count - 2
        switch part {
        case .method:
            // RFC 9112 section 2.2: one empty line before the request line is ignored. Old callers end a body
            // with one CR LF too many.
            guard end == 0, !skippedEmptyLine else { throw .malformed }
            skippedEmptyLine = true
            return .emptyLine
        case .target:
            throw .malformed
        case .version:
            versionEnd = end
            part = .field
            fields.reserveCapacity(min(Self.usualFields, limits.fields))
        case .field:
            if end == line { return .head }
            guard fields.count < limits.fields else { throw .headTooLarge }
            fields.append(try FieldLine(bytes.readableBytesUInt8Span, in: line..<end))
        }
        line = count
        return nil
    }
}
