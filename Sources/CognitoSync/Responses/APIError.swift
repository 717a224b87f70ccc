package import HTTPTypes

/// An error that the gateway itself returns, in the shape of the service.
///
/// Each case of the contract has a constructor here, so that only this file pairs a status with a name.
package struct APIError: Error, Sendable, Equatable {
    package let status: Int
    /// The name that SDKs match on: the last word of `x-amzn-ErrorType` and of `__type`.
    package let name: String
    package let message: String
    /// The methods of the path, if it does not have the requested one; otherwise nil.
    package let allow: String?

    package init(status: Int, name: String, message: String, allow: String? = nil) {
        self.status = status
        self.name = name
        self.message = message
        self.allow = allow
    }
}

extension APIError {
    /// Returns a text of the caller as it may stand in a message: cut after 100 characters.
    package static func quotable(_ text: String) -> String { Quotation.cut(text) }

    /// Returns the error for a parameter out of bounds.
    package static func invalidParameter(_ message: String) -> Self {
        Self(status: 400, name: "InvalidParameterException", message: message)
    }

    /// Returns the error for a body that is not the JSON of the model, or is not declared as JSON.
    package static func serialization(_ message: String) -> Self {
        Self(status: 400, name: "SerializationException", message: message)
    }

    /// Returns the error for bytes that are not a valid HTTP request.
    package static func malformedRequest(_ message: String) -> Self {
        Self(status: 400, name: "MalformedHttpRequestException", message: message)
    }

    /// Returns the error for bytes that the server refused before they were a request, under its status.
    package static func transport(status: Int, _ message: String) -> Self {
        let name =
            switch status {
            case 408: "RequestTimeoutException"
            case 413: "RequestEntityTooLargeException"
            case 414: "RequestURITooLongException"
            case 417: "ExpectationFailedException"
            case 431: "RequestHeaderFieldsTooLargeException"
            case 501: "NotImplementedException"
            case 503: "ServiceUnavailableException"
            case 505: "HttpVersionNotSupportedException"
            default: "MalformedHttpRequestException"
            }
        return Self(status: status, name: name, message: message)
    }

    /// Returns the error for an unknown path or operation.
    package static func unknownOperation(_ message: String) -> Self {
        Self(status: 404, name: "UnknownOperationException", message: message)
    }

    /// The order in which `Allow` lists the methods of this API.
    package static let methodOrder: [HTTPRequest.Method] = [.get, .head, .post, .delete]

    /// Returns the error for a known path with a wrong method.
    package static func methodNotAllowed(allow methods: [HTTPRequest.Method] = methodOrder) -> Self {
        let allow = methods.map(\.rawValue).joined(separator: ", ")
        return Self(
            status: 405,
            name: "MethodNotAllowedException",
            message: "This path takes \(allow) only.",
            allow: allow
        )
    }

    /// Returns the error for a coded body.
    package static func unsupportedMediaType(_ message: String) -> Self {
        Self(status: 415, name: "UnsupportedMediaTypeException", message: message)
    }

    /// Returns the error for a host that this listener does not serve (RFC 9110, 15.5.20).
    package static func misdirected(_ message: String) -> Self {
        Self(status: 421, name: "MisdirectedRequestException", message: message)
    }

    /// Returns the error for a bulk publish within 24 hours of a successful one.
    package static func alreadyStreamed(_ message: String) -> Self {
        Self(status: 400, name: "AlreadyStreamedException", message: message)
    }

    /// Returns the error for an operation that the caller may not perform.
    package static func accessDenied(_ message: String) -> Self {
        Self(status: 403, name: "AccessDeniedException", message: message)
    }

    /// Returns the error for an unknown caller, where callers are named.
    package static func unrecognizedClient(_ message: String) -> Self {
        Self(status: 401, name: "UnrecognizedClientException", message: message)
    }

    package static func tooManyRequests(_ message: String) -> Self {
        Self(status: 429, name: "TooManyRequestsException", message: message)
    }

    /// Returns the error for draining, overload, an open circuit, or missing credentials.
    package static func serviceUnavailable(_ message: String) -> Self {
        Self(status: 503, name: "ServiceUnavailableException", message: message)
    }

    /// Returns the error for an upstream that is unreachable, or whose response is cut or malformed.
    ///
    /// It is also the error if upstream refuses the signature of the gateway.
    package static func upstreamFailure(_ message: String) -> Self {
        Self(status: 502, name: "UpstreamFailureException", message: message)
    }

    package static func upstreamTimeout(_ message: String) -> Self {
        Self(status: 504, name: "UpstreamTimeoutException", message: message)
    }

    package static func internalFailure(_ message: String) -> Self {
        Self(status: 500, name: "InternalErrorException", message: message)
    }
}
