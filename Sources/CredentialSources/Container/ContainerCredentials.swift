import HTTPTypes
import Messages
package import SigV4
import Upstream

/// The source of the credentials of a task of ECS, or of a pod with EKS Pod Identity.
///
/// Both have an agent beside the container, which gives them over HTTP. A failure ends the search: the node's role,
/// which is the next source, is another identity.
package struct ContainerCredentials: CredentialsSource {
    package let name = CredentialsSourceName.container
    /// The number of requests in all, as in botocore.
    static let attempts = 3

    private let environment: [String: String]
    private let settings: SharedValues
    private let send: EndpointSend
    private let resolve: HostAddresses.Resolve
    private let pause: Duration

    package init(environment: [String: String]) {
        self.init(environment: environment, send: EndpointSender.send)
    }

    /// `pause` is the time between two requests.
    init(
        environment: [String: String],
        send: @escaping EndpointSend,
        resolve: @escaping HostAddresses.Resolve = HostAddresses.resolve,
        pause: Duration = .seconds(1)
    ) {
        self.environment = environment
        settings = SharedValues(environment: environment)
        self.send = send
        self.resolve = resolve
        self.pause = pause
    }

    package var absence: String? { "no container variable is set" }

    package func load() async throws(CredentialsError) -> Credentials? {
        guard let target = try await ContainerTarget.find(settings, resolve: resolve) else { return nil }
        var attempt = 1
        while true {
            // Each attempt has the newest token: an agent refuses one that has ended meanwhile.
            let token = try ContainerAuthorization.token(environment)
            do throws(CredentialsError) {
                return try await ask(target, token)
            } catch {
                guard attempt < Self.attempts, !Task.isCancelled else { throw error }
                attempt += 1
                try? await Task.sleep(for: pause)
            }
        }
    }

    private func ask(
        _ target: ContainerTarget,
        _ token: Secret?
    ) async throws(CredentialsError) -> Credentials {
        let request = EndpointRequest(
            origin: target.origin,
            request: Request(head: Self.head(target, token))
        )
        let response: Response
        do {
            response = try await send(request)
        } catch {
            throw failure(target, "failed: \(error.detail)")
        }
        guard response.head.status == .ok else {
            throw failure(target, "got the status \(response.head.status.code)")
        }
        do {
            return try CredentialsDocument.credentials(response.body)
        } catch {
            throw failure(target, "got a response that \(error.reason)")
        }
    }

    private static func head(_ target: ContainerTarget, _ token: Secret?) -> HTTPRequest {
        var head = HTTPRequest(
            method: .get,
            scheme: target.origin.scheme.rawValue,
            authority: target.authority,
            path: target.path
        )
        head.headerFields[.accept] = "application/json"
        if let token { head.headerFields[.authorization] = token.text }
        return head
    }

    private func failure(_ target: ContainerTarget, _ reason: String) -> CredentialsError {
        CredentialsError(
            name,
            "container: GET '\(target.url)' \(reason); check the agent, and the role of the task or the pod"
        )
    }
}
