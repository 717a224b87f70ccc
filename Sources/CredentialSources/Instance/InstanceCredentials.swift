import HTTPTypes
import Messages
package import SigV4

/// The source of the credentials of the role of an EC2 instance, from the instance metadata service version 2.
///
/// An instance that has no such service, or no role, is passed over. In a container with credentials of its own the
/// service is never asked: it would give the role of the node.
package struct InstanceCredentials: CredentialsSource {
    package let name = CredentialsSourceName.instance
    private static let path = "/latest/meta-data/iam/security-credentials/"

    private let settings: SharedValues
    private let send: EndpointSend
    private let memory = InstanceMemory()

    package init(environment: [String: String]) {
        self.init(SharedValues(environment: environment), send: EndpointSender.send)
    }

    init(_ settings: SharedValues, send: @escaping EndpointSend) {
        self.settings = settings
        self.send = send
    }

    package var absence: String? { memory.absence }

    package func load() async throws(CredentialsError) -> Credentials? {
        guard !InstanceEndpoint.isDisabled(settings) else {
            memory.absence = "AWS_EC2_METADATA_DISABLED is true"
            return nil
        }
        guard !ContainerTarget.isConfigured(settings) else {
            memory.absence = "not asked, because container variables are set"
            return nil
        }
        var session = InstanceSession(try InstanceEndpoint(settings), memory: memory, send: send)
        guard let role = try await role(&session) else { return nil }
        let path = Self.path + role
        guard let response = try await session.get(path) else { return nil }
        guard response.head.status == .ok else {
            throw session.failure(
                path,
                "got the status \(response.head.status.code); check the instance profile"
            )
        }
        do {
            let credentials = try CredentialsDocument.credentials(response.body)
            memory.succeeded()
            return credentials
        } catch {
            throw session.failure(
                path,
                "got a response that \(error.reason); check the instance profile and its role"
            )
        }
    }

    /// Returns the name of the role, read again each time because it can be replaced; nil where there is none.
    private func role(_ session: inout InstanceSession) async throws(CredentialsError) -> String? {
        guard let response = try await session.get(Self.path) else { return nil }
        let status = response.head.status
        guard status == .ok || status == .notFound else {
            throw session.failure(Self.path, "got the status \(status.code); check the metadata service")
        }
        let line = response.body.prefix { $0 != 0x0A && $0 != 0x0D }
        guard status == .ok, !line.isEmpty else {
            memory.absence = "the instance has no role"
            return nil
        }
        guard let role = String(validating: line, as: UTF8.self), role.utf8.count <= 128,
            role.utf8.allSatisfy(Self.isRoleByte)
        else {
            throw session.failure(
                Self.path,
                "got a name that no role has; check what listens at this address"
            )
        }
        return role
    }

    /// Returns whether a byte may be in the name of a role (IAM: `[\w+=,.@-]+`).
    private static func isRoleByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "_+=,.@-".utf8.contains(byte)
        }
    }
}
