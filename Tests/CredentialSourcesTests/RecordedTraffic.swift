import Foundation
import HTTPTypes
import Messages
import Synchronization
import TestSupport
import Upstream

@testable import CredentialSources

/// The recorded requests and responses of one scenario, played to the sources in their order.
///
/// A request must have the recorded method, URL and parameters, but for the name of the session. The last response
/// is repeated, since the gateway tries some failures again that the recording SDK did not.
final class RecordedTraffic: Sendable {
    /// A request with its response.
    struct Pair: Sendable {
        var method = ""
        var uri = ""
        var body = ""
        var status = 200
        var responseBody: [UInt8] = []
    }

    private struct State {
        var pairs: [Pair]
        var sent = 0
        var problems: [String] = []
    }

    private let state: Mutex<State>

    /// Reads a recording without its requests to the metadata service and the container agent.
    init(_ path: String) throws {
        let file = try JSONSerialization.jsonObject(with: Data(Corpora.bytes(path))) as? [String: Any]
        var pairs: [Pair] = []
        for event in file?["events"] as? [[String: Any]] ?? [] {
            let action = event["action"] as? [String: [String: Any]] ?? [:]
            if let request = action["Request"]?["request"] as? [String: Any] {
                let uri = request["uri"] as? String ?? ""
                pairs.append(Pair(method: request["method"] as? String ?? "", uri: uri))
            } else if let response = action["Response"]?["response"] as? [String: [String: Any]],
                !pairs.isEmpty
            {
                pairs[pairs.count - 1].status = response["Ok"]?["status"] as? Int ?? 0
            } else if let part = action["Data"], let data = part["data"] as? [String: String], !pairs.isEmpty
            {
                if part["direction"] as? String == "Request" {
                    pairs[pairs.count - 1].body += data["Utf8"] ?? ""
                } else {
                    pairs[pairs.count - 1].responseBody += Array((data["Utf8"] ?? "").utf8)
                }
            }
        }
        state = Mutex(State(pairs: pairs.filter { !$0.uri.contains("//169.254.") }))
    }

    /// The differences between what was sent and what was recorded.
    var problems: [String] {
        state.withLock { state in
            state.sent < state.pairs.count ? state.problems + ["only \(state.sent) requests"] : state.problems
        }
    }

    @Sendable
    func send(_ request: EndpointRequest) async throws(UpstreamError) -> Response {
        let pair = state.withLock { state -> Pair? in
            defer { state.sent += 1 }
            guard let pair = state.pairs.dropFirst(state.sent).first ?? state.pairs.last else {
                state.problems.append("an unexpected request to \(request.origin.url)")
                return nil
            }
            let path = request.request.head.path ?? ""
            let uri = "\(request.origin.scheme.rawValue)://\(request.origin.authority)\(path)"
            if pair.method != request.request.head.method.rawValue || Self.parts(pair.uri) != Self.parts(uri)
            {
                state.problems.append("\(uri) for \(pair.uri)")
            }
            let body = String(decoding: request.request.body, as: UTF8.self)
            if Self.parameters(body) != Self.parameters(pair.body) {
                state.problems.append("\(body) for \(pair.body)")
            }
            return pair
        }
        guard let pair else { throw UpstreamError(.unreachable, phase: .notSent, detail: "not recorded") }
        return Response(head: HTTPResponse(status: .init(code: pair.status)), body: pair.responseBody)
    }

    /// Returns a URL as its parts in any order.
    private static func parts(_ uri: String) -> Set<String> {
        Set(
            uri.split(whereSeparator: { "?&".contains($0) }).map {
                $0.hasSuffix("/") ? String($0.dropLast()) : String($0)
            }
        )
    }

    /// Returns the parameters of a form in any order.
    ///
    /// Of the recordings with a web identity, one names another role than its environment, and one has a line feed
    /// behind the token. SDKs do not compare them.
    private static func parameters(_ body: String) -> Set<String> {
        let isWebIdentity = body.contains("Action=AssumeRoleWithWebIdentity")
        let parameters = body.split(separator: "&").map { $0.hasSuffix("%0A") ? $0.dropLast(3) : $0 }
        return Set(
            parameters.filter {
                !$0.hasPrefix("RoleSessionName=") && !(isWebIdentity && $0.hasPrefix("RoleArn="))
            }
            .map(String.init)
        )
    }
}
