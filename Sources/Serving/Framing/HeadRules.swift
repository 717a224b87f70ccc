import HTTPTypes

/// What a head must say, once each of its lines is well-formed: the only place where a field's meaning counts.
///
/// Strict by right: whatever two parsers have been seen to read differently is refused, never repaired (RFC 9112
/// sections 3.2, 6.1 to 6.3 and 11.2).
struct HeadRules {
    private let limits: ServerLimits
    private var host: String?
    private var hosts = 0
    private var lengths: [ArraySlice<UInt8>] = []
    private var codings: [ArraySlice<UInt8>] = []
    private var expectations: [ArraySlice<UInt8>] = []
    private var upgrades = false
    private var asksClose = false
    private var asksKeepAlive = false
    private var fields = HTTPFields()

    /// Judges a whole head.
    static func check(_ head: HeadCollector, limits: ServerLimits) throws(Refusal) -> RequestHead {
        let bytes = head.bytes
        let minor = try RequestLine.minorVersion(bytes[(head.targetEnd + 1)..<head.versionEnd])
        let method = try RequestLine.method(bytes[..<head.methodEnd])
        let target = try RequestLine.target(bytes[(head.methodEnd + 1)..<head.targetEnd])
        var rules = HeadRules(limits: limits)
        for line in head.fields { try rules.note(line, bytes) }
        guard rules.hosts == 1 || (rules.hosts == 0 && minor == 0), !rules.upgrades else { throw .malformed }
        let body = try rules.bodyFraming(method, minor: minor)
        return RequestHead(
            wire: bytes,
            method: method,
            target: target,
            authority: rules.host,
            fields: rules.fields,
            body: body,
            expectsContinue: try rules.expectsContinue(minor: minor) && body != .none,
            keepAlive: !rules.asksClose && (minor == 1 || rules.asksKeepAlive),
            minorVersion: minor
        )
    }

    private init(limits: ServerLimits) { self.limits = limits }

    /// Takes note of a field that frames or routes; keeps one that is for the other end.
    private mutating func note(_ line: FieldLine, _ bytes: [UInt8]) throws(Refusal) {
        let value = bytes[line.value]
        guard let name = HTTPField.Name(String(decoding: bytes[line.name], as: UTF8.self)) else {
            throw .malformed
        }
        switch name.canonicalName {
        case "host":
            guard HostValue.isValid(value) else { throw .malformed }
            hosts += 1
            host = String(decoding: value, as: UTF8.self)
            return
        case "content-length": lengths.append(value)
        case "transfer-encoding": return codings.append(value)
        case "expect": return expectations.append(value)
        case "connection": return try noteConnection(value)
        case "upgrade": upgrades = true
        case "transfer_encoding", "content_length":
            // To a program that knows fields as variables these are the fields that frame (CGI, WSGI).
            throw .malformed
        case "keep-alive", "proxy-connection", "te", "trailer", "http2-settings": return
        default: break
        }
        fields.append(HTTPField(name: name, lenientValue: value))
    }

    /// Reads `close` and `keep-alive`; other names are not honoured, since a client could so have a field
    /// dropped that somebody relies on.
    private mutating func noteConnection(_ value: ArraySlice<UInt8>) throws(Refusal) {
        for element in value.split(separator: UInt8(ascii: ",")) {
            let option = element.trimmed
            guard option.allSatisfy(\.isTokenByte) else { throw .malformed }
            if option.isCaseInsensitively("close") { asksClose = true }
            if option.isCaseInsensitively("keep-alive") { asksKeepAlive = true }
        }
    }

    /// Content-Length once and in digits, or Transfer-Encoding once and exactly `chunked`, never both, and the
    /// latter never in HTTP/1.0.
    private func bodyFraming(
        _ method: HTTPRequest.Method,
        minor: Int
    ) throws(Refusal) -> RequestHead.BodyFraming {
        guard lengths.count <= 1, codings.count <= 1, lengths.isEmpty || codings.isEmpty else {
            throw .malformed
        }
        let takesBody = method == .post || method == .put || method == .options
        if let coding = codings.first {
            guard minor == 1 else { throw .malformed }
            guard coding.elementsEqual("chunked".utf8) else { throw .unknownTransferCoding }
            guard takesBody else { throw .unexpectedBody }
            return .chunked
        }
        guard let digits = lengths.first else { return .none }
        guard !digits.isEmpty, digits.allSatisfy(\.isDigit) else { throw .malformed }
        var length = 0
        for digit in digits {
            let (product, overflow) = length.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
            guard !overflow, !carry else { throw .malformed }
            length = sum
        }
        guard length > 0 else { return .none }
        guard takesBody else { throw .unexpectedBody }
        guard length <= limits.body else { throw .bodyTooLarge }
        return .length(length)
    }

    /// RFC 9110 section 10.1.1: `100-continue` alone, and not from HTTP/1.0, where it is ignored.
    private func expectsContinue(minor: Int) throws(Refusal) -> Bool {
        guard let expectation = expectations.first else { return false }
        guard expectations.count == 1, expectation.isCaseInsensitively("100-continue") else {
            throw .expectationFailed
        }
        return minor == 1
    }
}
