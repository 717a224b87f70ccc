import Messages
import Policy
import Telemetry
import Upstream

/// Upstream errors in the words of the retry policy and of the metrics.
extension UpstreamError {
    /// The failure that the retry policy judges; nil where no second attempt could help.
    ///
    /// That is so if the caller hung up, if the HTTP client takes no more requests, and if the response is longer
    /// than the limit.
    var attemptFailure: AttemptFailure? {
        switch kind {
        case .cancelled, .unavailable, .tooLarge: nil
        case .unreachable, .timedOut, .cut, .malformed: .transport(.init(phase))
        }
    }
}

extension AttemptFailure.Reached {
    init(_ phase: UpstreamError.Phase) {
        self =
            switch phase {
            case .notSent: .nothingSent
            case .sent: .sent
            case .partlyReceived: .partlyReceived
            }
    }
}

extension UpstreamOutcome {
    init(_ kind: UpstreamError.Kind) {
        self =
            switch kind {
            case .unreachable, .unavailable: .unreachable
            case .timedOut: .timedOut
            case .cut: .cut
            case .malformed, .tooLarge: .malformed
            case .cancelled: .cancelled
            }
    }
}

extension RetryReason {
    /// Creates the reason for a retry from the result of the attempt before.
    init(_ result: Result<Response, GatewayError>) {
        switch result {
        case .success: self = .serverError
        case .failure(.upstream(let error)) where error.kind == .timedOut: self = .timeout
        case .failure: self = .connection
        }
    }
}
