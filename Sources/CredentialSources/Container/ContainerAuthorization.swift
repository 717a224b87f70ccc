import SigV4

/// The value of the Authorization field for the container agent.
///
/// `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` names a file, which wins over `AWS_CONTAINER_AUTHORIZATION_TOKEN`. The
/// file is read again each time, because Kubernetes replaces the token in it.
enum ContainerAuthorization {
    static let fileVariable = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
    static let variable = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
    /// The longest token in bytes; one of Pod Identity has about a kilobyte.
    private static let limit = 16 << 10

    /// Returns the token; nil if neither variable is set.
    static func token(_ environment: [String: String]) throws(CredentialsError) -> Secret? {
        if let path = environment[fileVariable], !path.isEmpty {
            let kind = "container: token file"
            guard let bytes = try SharedFile.read(path, kind: kind, for: .container, limit: limit) else {
                throw CredentialsError(
                    .container,
                    "\(kind) '\(path)' of \(fileVariable) does not exist; mount it, or unset the variable"
                )
            }
            return try checked(String(validating: bytes, as: UTF8.self), "\(kind) '\(path)'")
        }
        guard let text = environment[variable], !text.isEmpty else { return nil }
        guard text.utf8.count <= limit else {
            throw CredentialsError(
                .container,
                "container: '\(variable)' is longer than \(limit) bytes; shorten it"
            )
        }
        return try checked(text, "container: '\(variable)'")
    }

    /// Refuses what would end the header or begin another one.
    private static func checked(_ text: String?, _ place: String) throws(CredentialsError) -> Secret {
        guard let text, !text.utf8.contains(where: { $0 == 0x0D || $0 == 0x0A }) else {
            throw CredentialsError(.container, "\(place) has a line end; write the token without one")
        }
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw CredentialsError(
                .container,
                "\(place) is empty, or has bytes that no token has; replace it"
            )
        }
        return Secret(text)
    }
}
