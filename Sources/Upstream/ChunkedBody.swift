/// Decodes the chunked coding (RFC 9112, 7.1), strictly.
///
/// libcurl skips anything between a chunk's size and the next line feed, takes bare line feeds, and gives no
/// sight of it; so it is told to hand the coding over undone, and only finds the end. Extensions are checked for
/// characters that may not be there and otherwise ignored; trailers are checked as fields and dropped.
struct ChunkedBody {
    private enum State: Equatable {
        /// In the line that says the next chunk's size.
        case size
        /// In a chunk's data: so many bytes are left.
        case data(Int)
        /// In the line break after a chunk's data; whether its CR was seen.
        case lineBreak(seenCR: Bool)
        /// In the trailer lines.
        case trailer
        case whole
    }

    /// A size line is 16 digits and extensions that nobody needs.
    private static let maximumSizeLine = 1024
    /// All trailers together; libcurl itself takes no longer one.
    private static let maximumTrailers = 4096

    private var state = State.size
    private var line: [UInt8] = []
    private var trailerBytes = 0

    var isWhole: Bool { state == .whole }

    /// Decodes a piece; the number of its bytes that belong to the body, less than all only where it ended.
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
                guard count <= limit - body.count else { throw .tooLarge("answer body too large") }
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
                guard size <= limit else { throw .tooLarge("answer body too large") }
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

    /// Collects bytes up to and including a line feed; true when there is one.
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

    /// The size that a line says, its extensions checked.
    private static func size(_ line: Span<UInt8>) throws(ResponseFault) -> Int {
        let content = line.extracting(first: try Line.contentCount(of: line))
        var size = 0
        var index = 0
        while index < content.count, let digit = hexadecimal(content[index]) {
            guard index < 15 else { throw .malformed("chunk size too long") }
            size = size << 4 | digit
            index += 1
        }
        guard index > 0 else { throw .malformed("chunk size that is no number") }
        guard index < content.count else { return size }
        try ChunkExtensions.check(content.extracting(index..<content.count))
        return size
    }

    private static func hexadecimal(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte) - 0x30
        case 0x41...0x46: Int(byte) - 0x41 + 10
        case 0x61...0x66: Int(byte) - 0x61 + 10
        default: nil
        }
    }
}
