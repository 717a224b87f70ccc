package import Messages
package import Upstream

/// A sender of signed requests to upstream: libcurl in the program, a script in the tests.
package protocol RequestSender: Sendable {
    /// Sends a request and returns the whole response, within `deadline`; nil stands for the configured
    /// total.
    func send(_ request: WireRequest, deadline: Duration?) async throws(UpstreamError) -> WireResponse
}

extension UpstreamClient: RequestSender {}
