import CognitoSync
import Serving

extension APIError {
    /// Creates the error for bytes that never became a request.
    ///
    /// ``Refusal/status`` is the one mapping of statuses.
    ///
    /// - Parameter bodyLimit: The largest body in bytes, for the message of one that is larger.
    init(_ refusal: Refusal, bodyLimit: Int) {
        self =
            switch refusal {
            case .methodNotAllowed: .methodNotAllowed()
            case .bodyTooLarge:
                .transport(status: refusal.status, "\(refusal.explanation): send at most \(bodyLimit) bytes")
            case .malformed, .badTarget, .targetTooLong, .headTooLarge, .unexpectedBody, .plainHTTP,
                .expectationFailed, .unknownTransferCoding, .versionNotSupported, .tooSlow, .overloaded,
                .outOfBytes, .draining, .badProxyHeader, .noProxyHeader, .untrustedProxy,
                .forwardedConflict:
                .transport(status: refusal.status, refusal.explanation)
            }
    }
}
