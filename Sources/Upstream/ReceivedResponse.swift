import HTTPTypes
import Messages

/// One answer as it comes in, line by line and then byte by byte, checked by RFC 9112 without libcurl's leniency.
///
/// libcurl finds the lines and the end of the body; whether what it found is a whole, well-formed answer is
/// decided here. An answer whose end is the connection's end is refused: it cannot be told from a cut one.
/// An identical second Content-Length, a missing space after the status code and bare line feeds are refused
/// too: a server that speaks so is not one that this gateway should guess about.
struct ReceivedResponse {
    struct Limits {
        var head: Int
        var fields: Int
        var body: Int
    }

    private enum Stage {
        /// A status line comes next.
        case status
        /// Field lines come, until the empty one.
        case fields
        /// The final head is done; the body comes, or nothing.
        case body
    }

    private enum Length: Equatable {
        /// No body whatever the fields say (RFC 9112, 6.3: HEAD, 204, 304).
        case none
        case exactly(Int)
        case chunked
        /// HTTP/2 frames it; libcurl says when it is whole.
        case stream
    }

    private let isHTTP2: Bool
    private let isHead: Bool
    private let limits: Limits

    private var stage = Stage.status
    private var version10 = false
    private var code = 0
    private var fields = HTTPFields()
    private var fieldCount = 0
    private var headBytes = 0
    private var contentLength: Int?
    private var transferEncoding = false

    private var length = Length.none
    private var chunks = ChunkedBody()
    private var body: [UInt8] = []
    /// Whether bytes came after the end of a chunked body: the connection is not to be used again.
    private(set) var hasExcess = false

    init(isHTTP2: Bool, isHead: Bool, limits: Limits) {
        self.isHTTP2 = isHTTP2
        self.isHead = isHead
        self.limits = limits
    }

    /// Whether the answer is whole; before that, what there is of it must not be shown to anybody.
    var isWhole: Bool {
        guard stage == .body else { return false }
        switch length {
        case .none, .stream: return true
        case .exactly(let count): return body.count == count
        case .chunked: return chunks.isWhole
        }
    }

    /// Takes one line of a head, its line break included.
    mutating func consume(line: Span<UInt8>) throws(ResponseFault) {
        headBytes += line.count
        guard headBytes <= limits.head else { throw .tooLarge("answer head too large") }
        let content = line.extracting(first: try Line.contentCount(of: line))
        switch stage {
        case .status:
            try takeStatus(content)
        case .fields:
            if content.isEmpty { try endHead() } else { try takeField(content) }
        case .body:
            // Trailers, which HTTP/2 delivers here: checked, then dropped.
            if !content.isEmpty { _ = try Line.field(content) }
        }
    }

    /// Takes a piece of the body as it was on the wire, chunk framing included.
    mutating func consume(body piece: Span<UInt8>) throws(ResponseFault) {
        guard stage == .body else { throw .malformed("body without a head") }
        switch length {
        case .none:
            guard piece.isEmpty else { throw .malformed("body where none may be") }
        case .exactly(let count):
            guard piece.count <= count - body.count else {
                throw .malformed("more bytes than content-length says")
            }
            piece.append(to: &body)
        case .stream:
            guard piece.count <= limits.body - body.count else { throw .tooLarge("answer body too large") }
            piece.append(to: &body)
        case .chunked:
            let used = try chunks.consume(piece, into: &body, limit: limits.body)
            if used < piece.count { hasExcess = true }
        }
    }

    /// The answer, once nothing more comes.
    consuming func finished() throws(ResponseFault) -> Response {
        guard isWhole else { throw .cut(stage == .body ? "answer body cut off" : "answer head cut off") }
        if length == .stream, let contentLength, contentLength != body.count {
            throw .malformed("content-length differs from the body")
        }
        return Response(head: HTTPResponse(status: .init(code: code), headerFields: fields), body: body)
    }

    private mutating func takeStatus(_ line: Span<UInt8>) throws(ResponseFault) {
        let status = try Line.status(line, isHTTP2: isHTTP2)
        guard status.code != 101 else { throw .malformed("switching protocols, which nobody asked for") }
        code = status.code
        version10 = status.isVersion10
        // As many as most answers have: to grow for each one costs as much as to read it.
        fields.reserveCapacity(8)
        stage = .fields
    }

    private mutating func takeField(_ line: Span<UInt8>) throws(ResponseFault) {
        fieldCount += 1
        guard fieldCount <= limits.fields else { throw .tooLarge("too many fields in the answer") }
        let field = try Line.field(line)
        switch field.name.canonicalName {
        case "content-length":
            guard contentLength == nil else { throw .malformed("content-length twice") }
            contentLength = try Line.length(field)
        case "transfer-encoding":
            guard !isHTTP2, !transferEncoding, field.value.lowercased() == "chunked" else {
                throw .malformed("transfer-encoding other than chunked")
            }
            transferEncoding = true
        case "content-encoding":
            guard field.value.lowercased() == "identity" else {
                throw .malformed("content-encoding, which nobody asked for")
            }
        default: break
        }
        fields.append(field)
    }

    private mutating func endHead() throws(ResponseFault) {
        let isInterim = code < 200
        if transferEncoding {
            guard !version10 else { throw .malformed("transfer-encoding in an HTTP/1.0 answer") }
            guard contentLength == nil else { throw .malformed("transfer-encoding and content-length") }
            guard !isInterim, code != 204 else { throw .malformed("transfer-encoding where no body may be") }
        }
        if isInterim || code == 204, contentLength ?? 0 != 0 {
            throw .malformed("content-length where no body may be")
        }
        guard !isInterim else {
            fields = HTTPFields()
            contentLength = nil
            stage = .status
            return
        }
        stage = .body
        if isHead || code == 204 || code == 304 {
            length = .none
        } else if transferEncoding {
            length = .chunked
        } else if let contentLength {
            guard contentLength <= limits.body else { throw .tooLarge("answer body too large") }
            length = isHTTP2 ? .stream : .exactly(contentLength)
            body.reserveCapacity(contentLength)
        } else {
            guard isHTTP2 else { throw .malformed("answer without a length") }
            length = .stream
        }
    }
}
