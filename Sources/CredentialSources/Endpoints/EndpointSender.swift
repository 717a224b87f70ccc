import HTTPTypes
package import Messages
package import Upstream

/// A function that sends one request and returns the whole response.
package typealias EndpointSend =
    @Sendable (_ request: EndpointRequest) async throws(UpstreamError) -> Response

/// The sender of requests to the services that give credentials.
///
/// Each request has a connection of its own, and no proxy: a proxy must not see credentials, and metadata services
/// refuse forwarded requests. They are rare, so a kept connection would save nothing.
package enum EndpointSender {
    /// The largest response body in bytes; those with credentials have some kilobytes.
    package static let maximumBody = 64 << 10

    @Sendable
    package static func send(_ request: EndpointRequest) async throws(UpstreamError) -> Response {
        var configuration = UpstreamConfiguration(origin: request.origin)
        configuration.connections = 1
        configuration.maximumQueue = 0
        configuration.maximumBody = request.maximumBody
        configuration.connect = request.connect
        configuration.firstByte = request.total
        configuration.total = request.total
        configuration.caFile = request.caFile
        configuration.allowsPrivateAddresses = true
        var sent = request.request
        if sent.head.authority == nil { sent.head.authority = request.origin.authority }
        return try await UpstreamClient.send(sent, by: configuration)
    }
}
