import Messages

/// The place of the container agent, as the environment gives it.
///
/// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` is a path on the agent of ECS. It wins over
/// `AWS_CONTAINER_CREDENTIALS_FULL_URI`, a whole URL, which EKS Pod Identity uses.
struct ContainerTarget: Equatable {
    static let relativeVariable = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    static let fullVariable = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    /// The address of the agent of ECS.
    private static let host = "169.254.170.2"
    /// The addresses of the agents of ECS and EKS, which may be asked without TLS.
    private static let agents = [host, "169.254.170.23"]
    private static let agentIPv6 = IPv6Address("fd00:ec2::23")

    var origin: Origin
    /// The path, with the query.
    var path: String
    /// The Host field, which has the name where ``origin`` has its address.
    var authority: String

    /// The URL for messages, without the query: it can hold a secret.
    var url: String {
        "\(origin.scheme.rawValue)://\(authority)\(path.prefix { $0 != "?" })"
    }

    /// Returns whether one of the two variables is set, so that the container decides about the credentials.
    static func isConfigured(_ settings: SharedValues) -> Bool {
        settings.variable(relativeVariable) != nil || settings.variable(fullVariable) != nil
    }

    /// Reads the variables; nil if neither is set.
    ///
    /// A name without TLS must resolve to loopback addresses alone. The first of these is then used as it is, so that
    /// another resolution cannot lead elsewhere.
    static func find(
        _ settings: SharedValues,
        resolve: HostAddresses.Resolve = HostAddresses.resolve
    ) async throws(CredentialsError) -> Self? {
        if let path = settings.variable(relativeVariable) {
            guard path.hasPrefix("/"), FieldText.isVisible(path), !path.contains("#"),
                let origin = Origin(scheme: .http, host: host)
            else { throw error(relativeVariable, "is not a path that begins with '/'; correct it") }
            return Self(origin: origin, path: path, authority: origin.authority)
        }
        guard let text = settings.variable(fullVariable) else { return nil }
        var target = try parse(text)
        guard target.origin.scheme == .http, !isAgent(target.origin.host) else { return target }
        let host = target.origin.host
        let isAddress = HostName.isIPv4(Substring(host)) || host.contains(":")
        let addresses = isAddress ? [host] : await resolve(host)
        guard let address = addresses.first else {
            throw error(fullVariable, "names the host '\(host)', which does not resolve; correct it")
        }
        guard addresses.allSatisfy(HostAddresses.isLoopback),
            let origin = Origin(scheme: .http, host: address, port: target.origin.port)
        else {
            throw error(
                fullVariable,
                "names the host '\(host)', which may not be asked without TLS; use https, or a loopback address"
            )
        }
        target.origin = origin
        return target
    }

    private static func parse(_ text: String) throws(CredentialsError) -> Self {
        guard let mark = text.firstRange(of: "://") else {
            throw error(fullVariable, "did not specify a host; write a whole URL")
        }
        let end = text[mark.upperBound...].firstIndex { $0 == "/" || $0 == "?" } ?? text.endIndex
        guard let origin = Origin(String(text[..<end])), FieldText.isVisible(text), !text.contains("#") else {
            throw error(fullVariable, "is not an http or https URL; correct it")
        }
        let rest = text[end...]
        let path = rest.hasPrefix("/") ? String(rest) : "/" + rest
        return Self(origin: origin, path: path, authority: origin.authority)
    }

    private static func isAgent(_ host: String) -> Bool {
        agents.contains(host) || (host.contains(":") && IPv6Address(Substring(host)) == agentIPv6)
    }

    private static func error(_ variable: String, _ reason: String) -> CredentialsError {
        CredentialsError(.container, "container: '\(variable)' \(reason)")
    }
}
