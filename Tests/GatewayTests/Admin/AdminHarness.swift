import CognitoSync
import Foundation
import HTTPTypes
import Messages
import Policy
import Serving
import SigV4
import Synchronization
import Telemetry

@testable import Gateway

/// An admin responder whose actions only record that they ran.
final class AdminHarness: Sendable {
    let done = Mutex<[String]>([])
    let checks = Mutex<[HealthCheck]>([
        HealthCheck("listener", isPassing: true), HealthCheck("credentials", isPassing: true),
    ])
    let tokens: AdminTokens
    let isOpen: Bool
    let address: ListenAddress
    let reloadResult: ReloadResult

    /// An event of Cognito Streams that tells of a change, but not of its records.
    static let event = #"{"identityPoolId":"us-east-1:0a","identityId":"us-east-1:0b","datasetName":"d.1"}"#

    init(
        token: String? = nil,
        streamsToken: String? = nil,
        isOpen: Bool = false,
        address: ListenAddress = .tcp(host: "127.0.0.1", port: 9901),
        reload: ReloadResult = .applied(warnings: [])
    ) {
        tokens = AdminTokens(admin: token.map(Secret.init), streams: streamsToken.map(Secret.init))
        self.isOpen = isOpen
        self.address = address
        reloadResult = reload
    }

    func send(
        _ method: HTTPRequest.Method,
        _ target: String,
        host: String? = "127.0.0.1:9901",
        _ fields: HTTPFields = [:],
        body: String = AdminHarness.event
    ) async -> Response {
        let head = HTTPRequest(
            method: method,
            scheme: "http",
            authority: host,
            path: target,
            headerFields: fields
        )
        switch responder.respond(
            to: Request(head: head, body: Array(body.utf8)),
            from: Caller(address: "127.0.0.1")
        ) {
        case .now(let outgoing): return outgoing.response
        case .later(let work): return await work().response
        }
    }

    var responder: AdminResponder {
        let actions = AdminActions(
            checks: { self.checks.withLock { $0 } },
            facts: {
                var facts = ServiceFacts()
                facts.state = .serving
                facts.origin = "https://<b>&\"'\u{1B}example.com"
                facts.credentials = "environment"
                return facts
            },
            purge: { scope in
                self.record(
                    "purge \(scope.pool?.text ?? "-") \(scope.identity?.text ?? "-") \(scope.dataset?.text ?? "-")"
                )
                return 7
            },
            reload: {
                self.record("reload")
                return self.reloadResult
            },
            drain: { self.record("drain") },
            streamed: { change in
                self.record("streamed \(change.scope.dataset.text) \(change.syncCount ?? -1)")
                return .unheld
            },
            explain: { request in
                self.record("explain \(request.scope.dataset.text)")
                return Explanation(.fetch, because: [.unheld])
            }
        )
        return AdminResponder(
            access: AdminGuard(tokens: tokens, address: address, isOpen: isOpen),
            actions: actions,
            metrics: Metrics()
        )
    }

    private func record(_ text: String) { done.withLock { $0.append(text) } }
}

extension Response {
    var text: String { String(decoding: body, as: UTF8.self) }
    var json: [String: Any]? {
        try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
    }
}
