import HTTPTypes
import Messages
import TestSupport
import Upstream

let plainResponse = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"

/// Runs the closure with a client of a scripted upstream on loopback.
///
/// Both end with the closure.
func withUpstream<Result>(
    _ upstream: ScriptedUpstream,
    configure: (inout UpstreamConfiguration) -> Void = { _ in },
    _ body: (UpstreamClient) async throws -> Result
) async throws -> Result {
    defer { upstream.stop() }
    var configuration = try loopback(upstream.port)
    configure(&configuration)
    let client = try UpstreamClient(configuration)
    do {
        let result = try await body(client)
        await client.stop()
        return result
    } catch {
        await client.stop()
        throw error
    }
}

func loopback(_ port: Int, scheme: Origin.Scheme = .http) throws -> UpstreamConfiguration {
    guard let origin = Origin(scheme: scheme, host: "127.0.0.1", port: port) else { throw BadUpstream() }
    return UpstreamConfiguration(origin: origin)
}

struct BadUpstream: Error {}

func get(_ path: String = "/a") -> Request {
    Request(head: HTTPRequest(method: .get, scheme: nil, authority: nil, path: path))
}

func post(_ body: String, _ path: String = "/a", method: HTTPRequest.Method = .post) -> Request {
    Request(
        head: HTTPRequest(method: method, scheme: nil, authority: nil, path: path),
        body: [UInt8](body.utf8)
    )
}

extension UpstreamClient {
    /// Returns the error of a request; nil if it succeeds.
    func failure(of request: Request, deadline: Duration? = nil) async -> UpstreamError? {
        do throws(UpstreamError) {
            _ = try await send(request, deadline: deadline)
            return nil
        } catch {
            return error
        }
    }
}
