package import CognitoSync
import CredentialSources
import HTTPTypes
import Messages
package import Telemetry
import Upstream

/// A failure of an upstream request, as the log and `/status` tell it.
///
/// It is made only when something fails. It holds no secret, identity or dataset.
package struct UpstreamFailure: Sendable, Equatable {
    /// The reason; nil for a status of 500 and above, which is AWS's own failure and passes to the caller.
    package var reason: FailureReason?
    /// The operation; nil for a request that was refused before it was decoded.
    package var operation: OperationName?
    /// The status of the response; nil if there was none.
    package var status: Int?
    /// The name that AWS gave to its error.
    package var errorName: String?
    /// The message of AWS, scrubbed.
    package var message: String?
    package var requestID: String?
    /// The sentence of the gateway or of libcurl.
    package var detail: String?
    /// The progress of the request: `not_sent`, `sent` or `partly_received`.
    package var phase: String?
    /// The address that was connected to or tried last.
    package var address: String?
    /// The result code of libcurl, and the `errno` of the last failed connect; nil where there is none.
    package var libcurl: Int32?
    package var errno: Int32?

    package init(_ reason: FailureReason?, of operation: OperationName?, detail: String? = nil) {
        self.reason = reason
        self.operation = operation
        self.detail = detail
    }
}

extension UpstreamFailure {
    /// Creates the failure of a request without a response; nil for one whose caller hung up.
    init?(_ error: UpstreamError, of operation: OperationName) {
        guard let reason = FailureReason(error.cause) else { return nil }
        self.init(reason, of: operation, detail: error.detail)
        phase =
            switch error.phase {
            case .notSent: "not_sent"
            case .sent: "sent"
            case .partlyReceived: "partly_received"
            }
        guard let evidence = error.evidence else { return }
        address = evidence.address
        if evidence.code != 0 { libcurl = evidence.code }
        if evidence.systemError != 0 { errno = evidence.systemError }
        if let text = evidence.text { detail = FailureText.scrubbed("\(error.detail): \(text)") }
    }

    /// Creates the failure that a whole response tells.
    ///
    /// - Parameter name: The name of the error; nil for the one that the response gives.
    init(
        _ reason: FailureReason?,
        of operation: OperationName,
        in response: Response,
        named name: String? = nil
    ) {
        self.init(reason, of: operation)
        status = response.head.status.code
        errorName = (name ?? response.errorName).map { String($0.prefix(FailureText.longestName)) }
        requestID = response.head.headerFields.value(of: .amznRequestID)
            .map { String($0.prefix(FailureText.longestName)) }
        let text = response.errorMessage
        // A refused signature repeats the canonical request with the session token behind its first sentence.
        let repeatsRequest = reason == .badSignature || reason == .expired
        message = text.map { repeatsRequest ? FailureText.firstClause($0) : FailureText.scrubbed($0) }
    }
}
