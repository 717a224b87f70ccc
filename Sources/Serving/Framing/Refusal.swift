/// The reason to refuse a connection, or bytes that are not a request the server accepts.
///
/// The raw value is the `reason` label of the metric.
package enum Refusal: String, Error, Equatable, CaseIterable {
    /// Bytes that are not HTTP/1.1 by RFC 9112, or a framing that two parsers may read differently.
    case malformed
    /// A target that is neither a path nor an http(s) URL, or with a dot segment, or with a forbidden byte.
    case badTarget = "bad_target"
    case targetTooLong = "target_too_long"
    case headTooLarge = "head_too_large"
    case bodyTooLarge = "body_too_large"
    /// A body on a GET or HEAD, which take none.
    case unexpectedBody = "unexpected_body"
    /// A plain HTTP request on a TLS listener.
    case plainHTTP = "plain_http"
    /// CONNECT, TRACE, or a method that RFC 9110 does not define.
    case methodNotAllowed = "method_not_allowed"
    /// An `Expect` field with another value than `100-continue`.
    case expectationFailed = "expectation_failed"
    /// A `Transfer-Encoding` with one coding other than `chunked`.
    case unknownTransferCoding = "unknown_transfer_coding"
    case versionNotSupported = "version_not_supported"
    /// A head or a body that did not arrive in time.
    case tooSlow = "too_slow"
    /// A connection above the limits.
    case overloaded
    /// A body or response that the bound on bytes has no room for.
    case outOfBytes = "out_of_bytes"
    case draining
    /// A PROXY header that is broken or cut.
    case badProxyHeader = "bad_proxy_header"
    /// A connection without a PROXY header, where each one needs it.
    case noProxyHeader = "no_proxy_header"
    /// A PROXY header of an address that is not trusted, or such an address where each connection needs one.
    case untrustedProxy = "untrusted_proxy"
    /// `Forwarded` and `X-Forwarded-For` of a trusted hop name different callers.
    case forwardedConflict = "forwarded_conflict"
}

extension Refusal {
    /// The status of the response: the one mapping, for callers, operators and the emulator.
    package var status: Int { terms.status }
    /// The sentence that explains the refusal to the caller.
    package var explanation: String { terms.explanation }

    private var terms: (status: Int, explanation: String) {
        switch self {
        case .forwardedConflict:
            (400, "Forwarded and X-Forwarded-For name different callers; the load balancer must remove one")
        case .badProxyHeader: (400, "the PROXY header is broken")
        case .noProxyHeader: (400, "the connection does not begin with a PROXY header")
        case .untrustedProxy: (400, "the address may send no PROXY header; add it to listen.trusted")
        case .malformed: (400, "the request is not well-formed HTTP/1.1")
        case .badTarget: (400, "the request target must be a path or an http URL, without dot segments")
        case .unexpectedBody: (400, "a request with this method has no body")
        case .plainHTTP:
            (400, "a plain HTTP request was sent to the HTTPS port; write https:// in the endpoint")
        case .methodNotAllowed: (405, "the methods are GET, HEAD, POST and DELETE")
        case .tooSlow: (408, "the request did not arrive in time")
        case .bodyTooLarge: (413, "the request's body is too large")
        case .targetTooLong: (414, "the request target is too long")
        case .expectationFailed: (417, "the only expectation met is 100-continue")
        case .headTooLarge: (431, "the request's header fields are too large")
        case .unknownTransferCoding: (501, "the only transfer coding understood is chunked")
        case .overloaded: (503, "too many connections")
        case .outOfBytes: (503, "too many bytes of requests and responses are in memory")
        case .draining: (503, "the gateway is shutting down")
        case .versionNotSupported: (505, "the only version served is HTTP/1.1")
        }
    }
}
