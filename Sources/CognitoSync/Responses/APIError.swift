/// An error of the gateway's own, told in the service's shape.
///
/// There is a constructor for each case of the contract, so that a status and a name are put together in this
/// file only.
package struct APIError: Error, Sendable, Equatable {
    package let status: Int
    /// What clients match on: the last word of `x-amzn-ErrorType` and of `__type`.
    package let name: String
    package let message: String
    /// The methods of a path that has others.
    package let allow: String?

    package init(status: Int, name: String, message: String, allow: String? = nil) {
        self.status = status
        self.name = name
        self.message = message
        self.allow = allow
    }
}

extension APIError {
    /// A parameter out of bounds.
    package static func invalidParameter(_ message: String) -> Self {
        Self(status: 400, name: "InvalidParameterException", message: message)
    }

    /// The body is not the JSON that the model asks for, or not declared as JSON.
    package static func serialization(_ message: String) -> Self {
        Self(status: 400, name: "SerializationException", message: message)
    }

    /// The bytes are not a request that HTTP allows.
    package static func malformedRequest(_ message: String) -> Self {
        Self(status: 400, name: "MalformedHttpRequestException", message: message)
    }

    /// No such path or operation.
    package static func unknownOperation(_ message: String) -> Self {
        Self(status: 404, name: "UnknownOperationException", message: message)
    }

    /// The right path with a wrong method.
    package static func methodNotAllowed(allow: String) -> Self {
        Self(
            status: 405,
            name: "MethodNotAllowedException",
            message: "This path takes \(allow) only.",
            allow: allow
        )
    }

    /// A bulk publish within 24 hours of one that succeeded.
    package static func alreadyStreamed(_ message: String) -> Self {
        Self(status: 400, name: "AlreadyStreamedException", message: message)
    }

    /// The caller may not do this.
    package static func accessDenied(_ message: String) -> Self {
        Self(status: 403, name: "AccessDeniedException", message: message)
    }

    /// The caller is unknown, where callers are named.
    package static func unrecognizedClient(_ message: String) -> Self {
        Self(status: 401, name: "UnrecognizedClientException", message: message)
    }

    package static func tooManyRequests(_ message: String) -> Self {
        Self(status: 429, name: "TooManyRequestsException", message: message)
    }

    package static func bodyTooLarge(_ message: String) -> Self {
        Self(status: 413, name: "RequestEntityTooLargeException", message: message)
    }

    package static func headTooLarge(_ message: String) -> Self {
        Self(status: 431, name: "RequestHeaderFieldsTooLargeException", message: message)
    }

    package static func targetTooLong(_ message: String) -> Self {
        Self(status: 414, name: "RequestURITooLongException", message: message)
    }

    package static func expectationFailed(_ message: String) -> Self {
        Self(status: 417, name: "ExpectationFailedException", message: message)
    }

    package static func notImplemented(_ message: String) -> Self {
        Self(status: 501, name: "NotImplementedException", message: message)
    }

    package static func versionNotSupported(_ message: String) -> Self {
        Self(status: 505, name: "HttpVersionNotSupportedException", message: message)
    }

    /// The caller was too slow in sending.
    package static func requestTimeout(_ message: String) -> Self {
        Self(status: 408, name: "RequestTimeoutException", message: message)
    }

    /// Draining, overloaded, circuit open, or no credentials.
    package static func serviceUnavailable(_ message: String) -> Self {
        Self(status: 503, name: "ServiceUnavailableException", message: message)
    }

    /// Upstream unreachable, cut or malformed, or it refuses the gateway's own signature.
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
