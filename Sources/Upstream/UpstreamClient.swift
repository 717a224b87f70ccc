import HTTPTypes
package import Messages

/// An HTTP client of one upstream, which sends requests and returns whole responses.
///
/// The connections are on a thread of their own and are not visible here. A request leaves the process at most
/// once for each `send`. The user of this type decides on a retry, by the phase of the error.
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

    /// Sends the request at most once and waits for the whole response.
    ///
    /// A cancelled task cancels the request.
    ///
    /// - Parameter deadline: the time from now; it can only shorten the `total` of the configuration.
    package func send(
        _ request: WireRequest,
        deadline: Duration? = nil
    ) async throws(UpstreamError) -> WireResponse {
        if let part = request.fault {
            throw UpstreamError(.malformed, phase: .notSent, detail: "\(part) cannot be sent")
        }
        let due = Monotonic.now() + min(total, deadline?.nanoseconds ?? total)
        let transferID = TransferID()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let submission = Submission(
                    transferID: transferID,
                    request: request,
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

    /// Sends a request that is not written yet, without the fields of one connection.
    package func send(_ request: Request, deadline: Duration? = nil) async throws(UpstreamError) -> Response {
        let wire = WireRequest(request, host: request.head.authority) { !Self.omitted.contains($0) }
        return Response(try await send(wire, deadline: deadline))
    }

    /// The fields that this client sets, or never sends: the host, the length, and `Expect` among
    /// them.
    private static let omitted = HopByHopFields(and: ["host", "content-length", "expect"])

    /// Sends one request over a client of its own, which ends with it.
    package static func send(
        _ request: Request,
        by configuration: UpstreamConfiguration
    ) async throws(UpstreamError) -> Response {
        let client = try UpstreamClient(configuration)
        let outcome: Result<Response, UpstreamError>
        do {
            outcome = .success(try await client.send(request))
        } catch {
            outcome = .failure(error)
        }
        await client.stop()
        return try outcome.get()
    }

    /// Returns the numbers of connections and of requests at this moment.
    package func statistics() -> UpstreamStatistics { counters.statistics }

    /// Fails the requests in flight with `.unavailable` and waits until the thread has released everything.
    package func stop() async {
        _ = inbox.post(.stop)
        await inbox.retired()
    }

    private static func unavailable(_ detail: String) -> UpstreamError {
        UpstreamError(.unavailable, phase: .notSent, detail: detail)
    }
}
