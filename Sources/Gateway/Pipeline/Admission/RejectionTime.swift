import Policy
import Serving
import Synchronization

/// The time of one event loop that rejections may take: the shell of a ``RejectionBudget``.
///
/// One event loop alone takes the lock, so no request waits for it.
final class RejectionTime: Sendable {
    private let budget = Mutex(RejectionBudget(now: Instant(nanoseconds: .min)))

    func isLeft(now: Instant) -> Bool { budget.withLock { $0.hasTime(now: now) } }

    func spend(_ time: Int64, now: Instant) { budget.withLock { $0.spend(time, now: now) } }
}

extension Pipeline {
    package var isFull: Bool { admission.concurrency.isFull }

    package func hasTimeForRejections(now: Int64) -> Bool {
        fastPath?.rejections.isLeft(now: Instant(nanoseconds: now)) ?? true
    }

    package func rejectionTook(_ time: Int64, now: Int64) {
        fastPath?.rejections.spend(time, now: Instant(nanoseconds: now))
    }
}

extension GatewayError {
    /// The reason to count the time of this error as that of a rejection; nil for any other error.
    var rejection: Rejection? {
        switch self {
        case .overloaded: .full
        case .throttled, .tooManyInFlight, .circuitOpen, .paced, .noCredentials: .later
        case .invalid, .unknownCaller, .denied, .upstream, .refusedByUpstream, .notApplied, .outcomeUnknown,
            .paginationExpired, .malformedResponse:
            nil
        }
    }
}
