import HTTPTypes
import Messages
import Serving
import SigV4
import Upstream

/// A syncgate that runs, as its admin listener shows it.
struct RunningInstance {
    let address: ListenAddress
    let token: Secret?
    /// The longest time to wait for a response, in seconds.
    let patience: Double

    /// Sends a request and returns the response.
    ///
    /// - Throws: ``InstanceUnreachable``.
    func send(_ method: HTTPRequest.Method, _ target: String) async throws -> InstanceResponse {
        guard let origin else { throw InstanceUnreachable(address: address, reason: "no such host") }
        var configuration = UpstreamConfiguration(origin: origin)
        if case .unix(let path) = address { configuration.unixSocket = path }
        configuration.allowsPrivateAddresses = true
        configuration.connections = 1
        configuration.firstByte = .seconds(patience)
        configuration.total = .seconds(patience)
        configuration.connect = .seconds(min(patience, 5))
        var head = HTTPRequest(method: method, scheme: nil, authority: origin.authority, path: target)
        if let token { head.headerFields[.authorization] = "Bearer \(token.text)" }
        do throws(UpstreamError) {
            let response = try await UpstreamClient.send(Request(head: head), by: configuration)
            return InstanceResponse(status: response.head.status.code, body: response.body)
        } catch {
            throw InstanceUnreachable(address: address, reason: error.detail)
        }
    }

    /// The scheme, host and port; an address that stands for every one is reached over loopback.
    private var origin: Origin? {
        switch address {
        case .unix: Origin(scheme: .http, host: "localhost")
        case .tcp("0.0.0.0", let port): Origin(scheme: .http, host: "127.0.0.1", port: port)
        case .tcp("::", let port): Origin(scheme: .http, host: "::1", port: port)
        case .tcp(let host, let port): Origin(scheme: .http, host: host, port: port)
        }
    }
}

/// The failure to reach an instance, or to get a response in time.
struct InstanceUnreachable: Error, CustomStringConvertible {
    let address: ListenAddress
    let reason: String

    var description: String {
        "no instance answers on '\(address)': \(reason); give its admin address with --admin"
    }
}
