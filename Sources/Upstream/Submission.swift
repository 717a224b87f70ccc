import Messages
import Synchronization

/// Names one call, so that it can be cancelled by whoever made it.
///
/// The flag is set before the command is posted: a cancellation that overtakes its call in the inbox is seen
/// when the call is started.
final class TransferID: Sendable {
    private let cancelled = Atomic<Bool>(false)

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }
    func cancel() { cancelled.store(true, ordering: .releasing) }
}

/// One call on its way to the transfer thread, and the way back of its answer.
///
/// A class: it goes through five hands, and each copy of what it holds would cost more than the object.
final class Submission: Sendable {
    let transferID: TransferID
    let request: WireRequest
    /// When the call must have its answer, in monotonic nanoseconds.
    let due: Int64
    let continuation: CheckedContinuation<Result<Response, UpstreamError>, Never>

    init(
        transferID: TransferID,
        request: WireRequest,
        due: Int64,
        continuation: CheckedContinuation<Result<Response, UpstreamError>, Never>
    ) {
        self.transferID = transferID
        self.request = request
        self.due = due
        self.continuation = continuation
    }
}

extension Submission {
    /// Ends a call of which no byte was sent.
    func fail(_ kind: UpstreamError.Kind, _ detail: String) {
        continuation.resume(returning: .failure(UpstreamError(kind, phase: .notSent, detail: detail)))
    }
}
