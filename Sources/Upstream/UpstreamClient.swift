package import Messages

/// Sends requests to one origin and gives back whole answers.
///
/// libcurl's multi interface runs on a thread of the client's own; nothing of it is visible here. A request
/// leaves the process at most once for each `send`: libcurl's own repetition is stopped, whether to try again is
/// the caller's to decide by the error's phase.
package final class UpstreamClient: Sendable {
    private let inbox: Inbox
    private let counters = Counters()
    private let total: Int64

    package init(_ configuration: UpstreamConfiguration) throws(UpstreamError) {
        guard configuration.connections > 0, configuration.maximumQueue >= 0 else {
            throw Self.unavailable("no connection allowed")
        }
        guard Library.isReady, let inbox = Inbox(),
            TransferThread.start(configuration, inbox: inbox, counters: counters)
        else { throw Self.unavailable("transfer thread could not be started") }
        self.inbox = inbox
        total = configuration.total.nanoseconds
    }

    deinit { _ = inbox.post(.stop) }

    /// Sends the request at most once and waits for the whole answer.
    ///
    /// A cancelled task cancels the call. The deadline can only shorten the configuration's `total`.
    package func send(_ request: Request, deadline: Duration? = nil) async throws(UpstreamError) -> Response {
        let wire = try WireRequest(request)
        let due = Monotonic.now() + min(total, deadline?.nanoseconds ?? total)
        let transferID = TransferID()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let submission = Submission(
                    transferID: transferID,
                    request: wire,
                    due: due,
                    continuation: continuation
                )
                if !inbox.post(.start(submission)) { submission.fail(.unavailable, "client stopped") }
            }
        } onCancel: {
            transferID.cancel()
            _ = inbox.post(.cancel(transferID))
        }
        return try result.get()
    }

    /// How many connections are open, how many were made, how many calls are at work or wait.
    package func statistics() -> UpstreamStatistics { counters.statistics }

    /// Fails what is in flight with `.unavailable` and returns when the thread has let go of everything.
    package func stop() async {
        _ = inbox.post(.stop)
        await inbox.retired()
    }

    private static func unavailable(_ detail: String) -> UpstreamError {
        UpstreamError(.unavailable, phase: .notSent, detail: detail)
    }
}
