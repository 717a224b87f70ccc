import HTTPTypes
import Messages
import NIOCore

/// The rules for a head whose lines are all well-formed; the meaning of a field counts nowhere else.
///
/// RFC 9112 sections 3.2, 6.1 to 6.3 and 11.2 permit this strictness. Each form that two parsers are known to
/// read differently is refused, never repaired.
struct HeadRules {
    private let limits: ServerLimits
    private var host: String?
    private var hosts = 0
    /// The ranges of the values of Content-Length.
    ///
    /// These fields and the two below are checked after the last line, all values of a name together.
    private var lengths: [Range<Int>] = []
    /// The ranges of the values of Transfer-Encoding.
    private var codings: [Range<Int>] = []
    /// The ranges of the values of Expect.
    private var expectations: [Range<Int>] = []
    private var asksClose = false
    private var asksKeepAlive = false
    private var fields = HTTPFields()

    /// Checks a whole head, and returns it decoded.
    static func check(_ head: HeadCollector, limits: ServerLimits) throws(Refusal) -> RequestHead {
        let bytes = head.wire.readableBytesUInt8Span
        let minor = try RequestLine.minorVersion(bytes.extracting((head.targetEnd + 1)..<head.versionEnd))
        let method = try RequestLine.method(bytes.extracting(..<head.methodEnd))
        let target = try RequestLine.target(head.wire, in: (head.methodEnd + 1)..<head.targetEnd)
        var rules = HeadRules(limits: limits)
        rules.fields.reserveCapacity(head.fields.count)
        for line in head.fields { try rules.apply(line, bytes) }
        guard rules.hosts == 1 || (rules.hosts == 0 && minor == 0) else { throw .malformed }
        let body = try rules.bodyFraming(bytes, method, minor: minor)
        return RequestHead(
            method: method,
            target: target,
            authority: target.authority ?? rules.host,
            fields: rules.fields,
            body: body,
            expectsContinue: try rules.expectsContinue(bytes, minor: minor) && body != .none,
            keepAlive: !rules.asksClose && (minor == 1 || rules.asksKeepAlive),
            minorVersion: minor
        )
    }

    private init(limits: ServerLimits) { self.limits = limits }

    /// Records a field that frames or routes, and collects an end-to-end field.
    private mutating func apply(_ line: FieldLine, _ bytes: Span<UInt8>) throws(Refusal) {
        let value = bytes.extracting(line.value)
        guard let field = FieldName(bytes.extracting(line.name)) else { throw .malformed }
        switch field.role {
        case .host:
            guard HostValue.isValid(value) else { throw .malformed }
            hosts += 1
            host = value.text
            return
        case .contentLength: lengths.append(line.value)
        case .transferEncoding: return codings.append(line.value)
        case .expect: return expectations.append(line.value)
        case .connection: return try recordConnection(value)
        case .framesElsewhere: throw .malformed
        case .hopByHop: return
        case .endToEnd: break
        }
        fields.append(HTTPField(name: field.name, checkedValue: value))
    }

    /// Reads `close` and `keep-alive`.
    ///
    /// Other names are not honoured: a caller could use them to drop a field that the gateway relies on.
    private mutating func recordConnection(_ value: Span<UInt8>) throws(Refusal) {
        var start = 0
        while start < value.count {
            let end = value.firstIndex(of: UInt8(ascii: ","), in: start..<value.count)
            let option = value.extracting(value.trimmed(start..<end))
            guard option.allSatisfy(\.isTokenByte) else { throw .malformed }
            if option.isCaseInsensitively("close") { asksClose = true }
            if option.isCaseInsensitively("keep-alive") { asksKeepAlive = true }
            start = end + 1
        }
    }

    /// Returns the framing of the body.
    ///
    /// A head has one Content-Length in digits, or one Transfer-Encoding that is `chunked`, never both.
    /// HTTP/1.0 has no Transfer-Encoding. The framing alone is no body: a GET may have an empty one.
    private func bodyFraming(
        _ bytes: Span<UInt8>,
        _ method: HTTPRequest.Method,
        minor: Int
    ) throws(Refusal) -> RequestHead.BodyFraming {
        guard lengths.count <= 1, codings.count <= 1, lengths.isEmpty || codings.isEmpty else {
            throw .malformed
        }
        if let coding = codings.first {
            guard minor == 1 else { throw .malformed }
            try TransferCoding.check(bytes.extracting(coding))
            return .chunked
        }
        guard let digits = lengths.first else { return .none }
        guard !digits.isEmpty else { throw .malformed }
        var length = 0
        for index in digits {
            guard bytes[index].isDigit else { throw .malformed }
            let (product, overflow) = length.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int(bytes[index] - UInt8(ascii: "0")))
            guard !overflow, !carry else { throw .malformed }
            length = sum
        }
        guard length > 0 else { return .none }
        guard RequestLine.takesBody(method) else { throw .unexpectedBody }
        guard length <= limits.body else { throw .bodyTooLarge }
        return .length(length)
    }

    /// Returns true if the caller waits for `100 Continue`.
    ///
    /// RFC 9110 section 10.1.1: `100-continue` is the only expectation, and it is ignored in HTTP/1.0.
    private func expectsContinue(_ bytes: Span<UInt8>, minor: Int) throws(Refusal) -> Bool {
        guard let expectation = expectations.first else { return false }
        guard expectations.count == 1, bytes.extracting(expectation).isCaseInsensitively("100-continue")
        else { throw .expectationFailed }
        return minor == 1
    }
}

extension HTTPField {
    /// Makes a field of a value that has no control characters and no blanks around it.
    ///
    /// Nearly every value is valid UTF-8. To leave that check to the field costs a generic function call for
    /// each one.
    fileprivate init(name: Name, checkedValue bytes: Span<UInt8>) {
        if let text = bytes.text {
            self.init(name: name, value: text)
        } else {
            self.init(name: name, lenientValue: bytes.indices.map { bytes[$0] })
        }
    }
}
