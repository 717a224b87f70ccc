import CognitoSync
import Serving

extension APIError {
    /// Creates the error for bytes that never became a request.
    ///
    /// ``Refusal/status`` is the one mapping of statuses.
    init(_ refusal: Refusal) {
        self =
            switch refusal {
            case .methodNotAllowed: .methodNotAllowed()
            case .malformed, .badTarget, .targetTooLong, .headTooLarge, .bodyTooLarge, .unexpectedBody,
                .expectationFailed, .unknownTransferCoding, .versionNotSupported, .tooSlow, .overloaded,
                .draining:
                .transport(status: refusal.status, refusal.explanation)
            }
    }
}
