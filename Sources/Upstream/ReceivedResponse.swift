import Messages

/// A response while it arrives, line by line and then byte by byte, checked by RFC 9112 without leniency.
///
/// It finds the lines and the end of the body, and decides whether they are a whole, well-formed response. A
/// response that ends with its connection is refused: it cannot be told from a cut one. An identical second
/// Content-Length, a missing space after the status code and bare line feeds are refused too. The gateway does
/// not guess what such a server means.
struct ReceivedResponse {
    /// The limits of a response, in bytes and in fields.
    struct Limits {
        var head: Int
        var fields: Int
        var body: Int
    }

    enum Stage {
        /// Before a status line.
        case status
        /// Among the field lines, until the empty one.
        case fields
        /// After the final head: the body comes, or nothing.
        case body
    }

    /// The framing of the body.
    private enum Length: Equatable {
        /// No body, regardless of the fields (RFC 9112, 6.3: HEAD, 204, 304).
        case none
        case exactly(Int)
        case chunked
    }

    private let isHead: Bool
    let limits: Limits

    private(set) var stage = Stage.status
    private var version10 = false
    /// The status code of the last head; 0 before one has begun.
    private(set) var code = 0
    /// The word of the Connection fields of the last head.
    private var persistence = Persistence()
    private var fields = FieldLines()
    private var fieldCount = 0
    /// The size of all lines so far, those of interim heads included.
    private(set) var headBytes = 0
    /// The start of a line whose end has not come.
    var partialLine: [UInt8] = []
    private var contentLength: Int?
    private var transferEncoding = false

    private var length = Length.none
    private var chunks = ChunkedBody()
    private var body: [UInt8] = []
    /// Whether bytes came after the end of the response, so that the connection must not be used again.
    private(set) var hasExcess = false

    init(isHead: Bool, limits: Limits) {
        self.isHead = isHead
        self.limits = limits
    }

    /// Whether the response is whole.
    ///
    /// A part of a response must not reach a caller.
    var isWhole: Bool {
        guard stage == .body else { return false }
        switch length {
        case .none: return true
        case .exactly(let count): return body.count == count
        case .chunked: return chunks.isWhole
        }
    }

    /// Whether a whole line of a head has come.
    var hasLine: Bool { headBytes > 0 }

    /// Whether another request may follow on the connection, by the version and the Connection fields.
    var isPersistent: Bool { persistence.isPersistent(inVersion10: version10) }

    /// Whether another request may follow on the connection after this response.
    var allowsAnother: Bool { isPersistent && !hasExcess }

    /// Processes a line of a head, its line break included.
    mutating func consume(line: Span<UInt8>) throws(ResponseFault) {
        if stage == .status { try Self.checkBeginning(of: line) }
        headBytes += line.count
        guard headBytes <= limits.head else { throw .tooLarge("response head too large") }
        let content = line.extracting(first: try Line.contentCount(of: line))
        switch stage {
        case .status:
            try consumeStatus(content)
        case .fields:
            if content.isEmpty { try endHead() } else { try consumeField(content) }
        case .body:
            throw .malformed("line after the head")
        }
    }

    /// Processes a piece of the body as it was on the wire, chunk framing included.
    mutating func consume(body piece: Span<UInt8>) throws(ResponseFault) {
        guard stage == .body else { throw .malformed("body without a head") }
        let used: Int
        switch length {
        case .none:
            used = 0
        case .exactly(let count):
            used = min(piece.count, count - body.count)
            piece.extracting(first: used).append(to: &body)
        case .chunked:
            used = try chunks.consume(piece, into: &body, limit: limits.body)
        }
        if used < piece.count { hasExcess = true }
    }

    /// Returns the response after its last byte.
    ///
    /// - Throws: if the response is not whole.
    consuming func finished() throws(ResponseFault) -> WireResponse {
        guard isWhole else { throw .cut(stage == .body ? "response body cut off" : "response head cut off") }
        return WireResponse(status: code, fields: fields, body: body)
    }

    private mutating func consumeStatus(_ line: Span<UInt8>) throws(ResponseFault) {
        let status = try Line.status(line)
        guard status.code != 101 else { throw .malformed("unsolicited switch of protocols") }
        code = status.code
        version10 = status.isVersion10
        // Growing for each field costs as much as parsing it.
        fields.reserveCapacity()
        stage = .fields
    }

    private mutating func consumeField(_ line: Span<UInt8>) throws(ResponseFault) {
        fieldCount += 1
        guard fieldCount <= limits.fields else { throw .tooLarge("too many fields in the response") }
        let (name, value) = try Line.field(line)
        let field = fields.append(checked: line.extracting(name), line.extracting(value))
        switch name.count {
        case 10 where fields.isNamed(field, "connection"):
            persistence.consume(line.extracting(value))
        case 14 where fields.isNamed(field, "content-length"):
            guard contentLength == nil else { throw .malformed("content-length twice") }
            contentLength = try Line.length(line.extracting(value))
        case 16 where fields.isNamed(field, "content-encoding"):
            guard fields.hasValue(field, "identity") else {
                throw .malformed("unsolicited content-encoding")
            }
        case 17 where fields.isNamed(field, "transfer-encoding"):
            guard !transferEncoding, fields.hasValue(field, "chunked") else {
                throw .malformed("transfer-encoding other than chunked")
            }
            transferEncoding = true
        default: break
        }
    }

    private mutating func endHead() throws(ResponseFault) {
        let isInterim = code < 200
        if transferEncoding {
            guard !version10 else { throw .malformed("transfer-encoding in an HTTP/1.0 response") }
            guard contentLength == nil else { throw .malformed("transfer-encoding and content-length") }
            guard !isInterim, code != 204 else {
                throw .malformed("transfer-encoding where no body is allowed")
            }
        }
        if isInterim || code == 204, contentLength ?? 0 != 0 {
            throw .malformed("content-length where no body is allowed")
        }
        guard !isInterim else {
            fields.removeAll()
            contentLength = nil
            persistence = Persistence()
            stage = .status
            return
        }
        stage = .body
        if isHead || code == 204 || code == 304 {
            length = .none
        } else if transferEncoding {
            length = .chunked
        } else if let contentLength {
            guard contentLength <= limits.body else { throw .tooLarge("response body too large") }
            length = .exactly(contentLength)
            body.reserveCapacity(contentLength)
        } else {
            throw .malformed("response without a length")
        }
    }
}
