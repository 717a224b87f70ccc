import Messages

/// A strict decoder of the chunked transfer coding (RFC 9112, 7.1).
///
/// Two lenient decoders may see two ends of one body. Bare line feeds are therefore refused.
/// Extensions are checked by their grammar and ignored. Trailers are checked as fields and dropped.
struct ChunkedBody {
    private enum State: Equatable {
        /// Inside the line that gives the size of the next chunk.
        case size
        /// Inside a chunk's data; the value is the number of bytes that are left.
        case data(Int)
        /// Inside the line break after a chunk's data.
        case lineBreak(seenCR: Bool)
        /// Inside the trailer lines.
        case trailer
        case whole
    }

    /// The maximum length of a size line: 16 digits, and extensions that no program needs.
    private static let maximumSizeLine = 1024
    /// The maximum length of all trailers together.
    private static let maximumTrailers = 4096

    private var state = State.size
    private var line: [UInt8] = []
    private var trailerBytes = 0

    var isWhole: Bool { state == .whole }

    /// Decodes a piece of the body and appends the result to `body`.
    ///
    /// - Returns: the number of bytes that belong to the body; less than all only where the body ended.
    mutating func consume(
        _ piece: Span<UInt8>,
        into body: inout [UInt8],
        limit: Int
    ) throws(ResponseFault) -> Int {
        var index = 0
        while index < piece.count {
            switch state {
            case .whole:
                return index
            case .data(let left):
                let count = min(left, piece.count - index)
                guard count <= limit - body.count else { throw .tooLarge("response body too large") }
                piece.extracting(index..<index + count).append(to: &body)
                index += count
                state = count == left ? .lineBreak(seenCR: false) : .data(left - count)
            case .lineBreak(let seenCR):
                guard piece[index] == (seenCR ? 0x0A : 0x0D) else {
                    throw .malformed("chunk longer than its size")
                }
                index += 1
                state = seenCR ? .size : .lineBreak(seenCR: true)
            case .size:
                let bound = Self.maximumSizeLine
                guard try collect(piece, &index, limit: bound, fault: .malformed("chunk size too long"))
                else {
                    continue
                }
                let size = try Self.size(line.span)
                guard size <= limit else { throw .tooLarge("response body too large") }
                line.removeAll(keepingCapacity: true)
                state = size == 0 ? .trailer : .data(size)
            case .trailer:
                guard
                    try collect(
                        piece,
                        &index,
                        limit: Self.maximumTrailers,
                        fault: .tooLarge("trailers too large")
                    )
                else {
                    continue
                }
                trailerBytes += line.count
                guard trailerBytes <= Self.maximumTrailers else { throw .tooLarge("trailers too large") }
                let count = try Line.contentCount(of: line.span)
                if count == 0 {
                    state = .whole
                } else {
                    _ = try Line.field(line.span.extracting(first: count))
                }
                line.removeAll(keepingCapacity: true)
            }
        }
        return index
    }

    /// Collects the bytes of a line, its line feed included.
    ///
    /// - Returns: whether the line is complete.
    private mutating func collect(
        _ piece: Span<UInt8>,
        _ index: inout Int,
        limit: Int,
        fault: ResponseFault
    ) throws(ResponseFault) -> Bool {
        while index < piece.count {
            let byte = piece[index]
            index += 1
            line.append(byte)
            guard line.count <= limit else { throw fault }
            if byte == 0x0A { return true }
        }
        return false
    }

    /// Reads the size from a complete size line and checks the extensions.
    private static func size(_ line: Span<UInt8>) throws(ResponseFault) -> Int {
        let content = line.extracting(first: try Line.contentCount(of: line))
        var size = 0
        var index = 0
        while index < content.count, let digit = Hexadecimal.value(content[index]) {
            guard index < 15 else { throw .malformed("chunk size too long") }
            size = size << 4 | Int(digit)
            index += 1
        }
        guard index > 0 else { throw .malformed("chunk size is not a number") }
        guard index < content.count else { return size }
        try ChunkExtensions.check(content.extracting(index..<content.count))
        return size
    }
}
