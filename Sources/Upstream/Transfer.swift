import CCurl
import HTTPTypes
import Messages

/// A request and how far it has come on its connection.
struct Transfer {
    let submission: Submission
    var response: ReceivedResponse
    /// The number of bytes of the request that the connection has taken.
    var sentBytes = 0
    /// Whether sending has begun.
    ///
    /// From then on bytes may have left the process.
    var wasSent = false
    /// The result code of the sending that failed; nil if none did.
    ///
    /// The bytes that the upstream has sent before may still be a whole response.
    var sendingFault: CURLcode?
    /// The reason why the response was refused; nil if it was not.
    var fault: ResponseFault?
    /// The deadline of the first line of the response; nil while no first line is due.
    var firstByteDue: Int64?

    init(_ submission: Submission, limits: ReceivedResponse.Limits) {
        self.submission = submission
        response = ReceivedResponse(isHead: submission.request.method == .head, limits: limits)
    }

    /// The progress of the request, for an error.
    ///
    /// `.notSent` needs proof: nothing was given to the connection.
    var phase: UpstreamError.Phase {
        if !wasSent { return .notSent }
        return response.hasLine || fault != nil ? .partlyReceived : .sent
    }

    /// Whether a whole response has come, also where the request then could not be sent to its end.
    var hasWholeResponse: Bool { fault == nil && response.isWhole }

    /// The earlier of the two deadlines of the request.
    var due: Int64 { min(submission.due, firstByteDue ?? .max) }

    /// Processes bytes of the response.
    mutating func consume(_ bytes: Span<UInt8>) throws(ResponseFault) {
        do throws(ResponseFault) {
            try response.consume(bytes)
        } catch {
            fault = error
            throw error
        }
        if response.hasLine { firstByteDue = nil }
    }
}
