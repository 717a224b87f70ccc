import HTTPTypes
import Messages
import Synchronization
import TestSupport
import Upstream

@testable import CredentialSources

/// A server on 127.0.0.1 in place of the fixed addresses of the agents and the metadata service.
///
/// Requests go over the real sender to it. It remembers each request with the URL that was meant.
final class EndpointFake: Sendable {
    typealias Canned = CannedResponse

    /// A document of credentials that end far in the future.
    static let document = #"""
        {"Code":"Success","AccessKeyId":"ASIAFAKE","SecretAccessKey":"s3cr3t","Token":"t0k3n",\#
        "Expiration":"2099-01-01T00:00:00Z"}
        """#

    private let server: ScriptedUpstream
    private let meant = Mutex<[String]>([])

    init(_ canned: @escaping @Sendable (ScriptedUpstream.Received) -> Canned) throws {
        server = try ScriptedUpstream { canned($0).steps }
    }

    /// The method and URL of each request.
    var asked: [String] { meant.withLock { $0 } }
    var received: [ScriptedUpstream.Received] { server.received }

    var send: EndpointSend {
        { [self] request throws(UpstreamError) in
            let head = request.request.head
            let text = "\(head.method) \(request.origin.url.dropLast())\(head.path ?? "")"
            meant.withLock { $0.append(text) }
            var request = request
            guard let origin = Origin(scheme: .http, host: "127.0.0.1", port: server.port) else {
                throw UpstreamError(.unavailable, phase: .notSent, detail: "no port")
            }
            request.origin = origin
            return try await EndpointSender.send(request)
        }
    }

    func stop() { server.stop() }
}
