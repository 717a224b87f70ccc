package import Messages

/// Sends requests to one origin and gives back whole answers.
package final class UpstreamClient: Sendable {
    package init(_ configuration: UpstreamConfiguration) throws(UpstreamError) {
        throw UpstreamError(.unavailable, phase: .notSent, detail: "no transfer thread")
    }

    /// Sends the request at most once and waits for the whole answer.
    ///
    /// A cancelled task cancels the call. The deadline can only shorten the configuration's `total`.
    package func send(_ request: Request, deadline: Duration? = nil) async throws(UpstreamError) -> Response {
        throw UpstreamError(.unavailable, phase: .notSent, detail: "no transfer thread")
    }

    package func statistics() -> UpstreamStatistics { UpstreamStatistics() }

    /// Fails what is in flight with `.unavailable` and returns when the thread has ended.
    package func stop() async {}
}
