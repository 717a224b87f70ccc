import Messages
import Synchronization

/// The identity of one transfer, by which the task that started it cancels it.
///
/// The flag is set before the command is posted: a cancellation that overtakes its request in the inbox is
/// seen when the transfer is started.
final class TransferID: Sendable {
    private let cancelled = Atomic<Bool>(false)

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }
    func cancel() { cancelled.store(true, ordering: .releasing) }
}

/// A request on its way to the transfer thread, with the continuation that gets its result.
///
/// It is a class: it passes through five owners, and a copy of its fields for each would cost more than the
/// object.
final class Submission: Sendable {
    let transferID: TransferID
    let request: WireRequest
    /// The deadline of the whole response, in monotonic nanoseconds.
    let due: Int64
    let continuation: CheckedContinuation<Result<WireResponse, UpstreamError>, Never>

    init(
        transferID: TransferID,
        request: WireRequest,
        due: Int64,
        continuation: CheckedContinuation<Result<WireResponse, UpstreamError>, Never>
    ) {
        self.transferID = transferID
        self.request = request
        self.due = due
        self.continuation = continuation
    }
}

extension Submission {
    /// Fails a request of which no byte was sent.
    func fail(_ kind: UpstreamError.Kind, cause: UpstreamError.Cause? = nil, _ detail: String) {
        let error = UpstreamError(kind, phase: .notSent, cause: cause, detail: detail)
        continuation.resume(returning: .failure(error))
    }
}
