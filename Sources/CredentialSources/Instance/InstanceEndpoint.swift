import Messages

/// The place and the limits of the instance metadata service, as the environment and the profile give them.
struct InstanceEndpoint: Equatable {
    static let endpointVariable = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
    static let modeVariable = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"
    static let timeoutVariable = "AWS_METADATA_SERVICE_TIMEOUT"
    static let attemptsVariable = "AWS_METADATA_SERVICE_NUM_ATTEMPTS"
    private static let disabledVariable = "AWS_EC2_METADATA_DISABLED"

    var origin: Origin
    /// The time limit of one request.
    var timeout: Duration
    /// The number of times that a request is sent in all.
    var attempts: Int

    /// Returns whether `AWS_EC2_METADATA_DISABLED` switches the service off.
    static func isDisabled(_ settings: SharedValues) -> Bool {
        settings.variable(disabledVariable)?.lowercased() == "true"
    }

    init(_ settings: SharedValues) throws(CredentialsError) {
        origin = try Self.find(settings)
        timeout = .seconds(try Self.number(settings, Self.timeoutVariable, 1...60))
        attempts = try Self.number(settings, Self.attemptsVariable, 1...10)
    }

    /// Returns the endpoint; the variable wins over the profile, and an address wins over the mode.
    private static func find(_ settings: SharedValues) throws(CredentialsError) -> Origin {
        let property = "ec2_metadata_service_endpoint"
        if let text = settings.variable(endpointVariable) {
            return try parse(text, endpointVariable)
        }
        if let text = try settings.property(property) { return try parse(text, property) }
        if let text = settings.variable(modeVariable) { return try byMode(text, modeVariable) }
        let mode = try settings.property("\(property)_mode")
        return try byMode(mode ?? "IPv4", "\(property)_mode")
    }

    private static func parse(_ text: String, _ setting: String) throws(CredentialsError) -> Origin {
        guard let origin = Origin(text) else {
            throw error(setting, "is not a URL of scheme, host and port; correct it")
        }
        return origin
    }

    private static func byMode(_ text: String, _ setting: String) throws(CredentialsError) -> Origin {
        let host: String? =
            switch text.lowercased() {
            case "ipv4": "169.254.169.254"
            case "ipv6": "fd00:ec2::254"
            default: nil
            }
        guard let host, let origin = Origin(scheme: .http, host: host) else {
            throw error(setting, "is not a valid endpoint mode; write IPv4 or IPv6")
        }
        return origin
    }

    private static func number(
        _ settings: SharedValues,
        _ variable: String,
        _ range: ClosedRange<Int>
    ) throws(CredentialsError) -> Int {
        guard let text = settings.variable(variable) else { return 1 }
        guard let value = Int(text), range.contains(value) else {
            throw error(
                variable,
                "is not a number from \(range.lowerBound) to \(range.upperBound); correct it"
            )
        }
        return value
    }

    private static func error(_ setting: String, _ reason: String) -> CredentialsError {
        CredentialsError(.instance, "instance: '\(setting)' \(reason)")
    }
}
