package import SigV4

/// The source of credentials in the shared configuration and credentials files.
///
/// Each load reads the files again. The profile decides the way: keys, a role with the credentials of another
/// profile or source, a web identity, SSO or a process. What a profile names and does not get is an error: to pass
/// it over would mean to sign as another identity.
package struct ProfileCredentials: CredentialsSource {
    /// A function that returns a whole file; nil where there is none.
    package typealias Reader = @Sendable (_ path: String) throws(CredentialsError) -> [UInt8]?

    package let name = CredentialsSourceName.profile
    private let locations: ProfileLocations
    private let environment: [String: String]
    private let services: CredentialServices
    private let container: (any CredentialsSource)?
    private let instance: (any CredentialsSource)?
    private let read: Reader
    private let readToken: Reader

    /// Creates the source; `container` and `instance` are what `credential_source` can name.
    package init(
        environment: [String: String],
        services: CredentialServices,
        container: (any CredentialsSource)? = nil,
        instance: (any CredentialsSource)? = nil,
        read: @escaping Reader = SharedFile.read,
        readToken: @escaping Reader = WebIdentity.readToken
    ) {
        locations = ProfileLocations(environment: environment)
        self.environment = environment
        self.services = services
        self.container = container
        self.instance = instance
        self.read = read
        self.readToken = readToken
    }

    package func load() async throws(CredentialsError) -> Credentials? {
        let profiles = try Profiles(at: locations, by: read)
        guard let properties = profiles.profiles[locations.profile] else {
            guard locations.isProfileChosen else { return nil }
            throw error(
                "is in neither '\(locations.config)' nor '\(locations.credentials)'; add it or choose another"
            )
        }
        let planner = ProfilePlanner(
            profiles: profiles,
            locations: locations,
            sessionName: services.sessionName
        )
        guard let plan = try planner.plan(for: locations.profile) else { return nil }
        return try await carryOut(plan, ProfileProperties(profile: locations.profile, properties))
    }

    private func carryOut(
        _ plan: ProfilePlan,
        _ properties: ProfileProperties
    ) async throws(CredentialsError) -> Credentials {
        var services = services
        services.variant = EndpointVariant(environment: environment, profile: properties)
        let region =
            environment["AWS_REGION"].nonBlank ?? environment["AWS_DEFAULT_REGION"].nonBlank
            ?? properties["region"]
        let sts = services.sts(from: region)
        var credentials: Credentials
        switch plan.base {
        case .keys(let keys): credentials = keys
        case .named(let source): credentials = try await load(source, for: plan)
        case .webIdentity(let identity): credentials = try await identity.load(sts, read: readToken)
        case .singleSignOn(let login):
            credentials = try await login.load(home: environment["HOME"] ?? "~", services, read: read)
        case .process(let commandLine): credentials = try await run(commandLine, for: plan)
        }
        for step in plan.steps {
            do throws(SecurityTokenService.Fault) {
                credentials = try await sts.assumeRole(step.role, with: credentials)
            } catch {
                throw CredentialsError(name, "profile '\(step.profile)': \(error.text)")
            }
        }
        return credentials
    }

    private func load(
        _ source: ProfilePlan.NamedSource,
        for plan: ProfilePlan
    ) async throws(CredentialsError) -> Credentials {
        let credentials: Credentials?
        let advice: String
        switch source {
        case .environment:
            credentials = try await EnvironmentCredentials(environment: environment).load()
            advice = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        case .container:
            credentials = try await container?.load()
            advice = "run in a container that has a role"
        case .instance:
            credentials = try await instance?.load()
            advice = "run on an instance that has a role"
        }
        guard let credentials else {
            throw CredentialsError(
                name,
                "profile '\(plan.profile)' has credential_source \(source.rawValue), which gives none; \(advice)"
            )
        }
        return credentials
    }

    private func run(
        _ commandLine: String,
        for plan: ProfilePlan
    ) async throws(CredentialsError) -> Credentials {
        let output: [UInt8]
        do throws(ProcessFault) {
            output = try await services.run(commandLine)
        } catch {
            throw CredentialsError(name, "the credential_process of profile '\(plan.profile)' \(error)")
        }
        do {
            return try ProcessDocument.credentials(output)
        } catch {
            throw CredentialsError(
                name,
                "the credential_process of profile '\(plan.profile)' \(error.reason)"
            )
        }
    }

    private func error(_ reason: String) -> CredentialsError {
        CredentialsError(name, "profile '\(locations.profile)' \(reason)")
    }
}

extension String? {
    /// The text without white space at its ends; nil if nothing is left.
    var nonBlank: String? { flatMap { $0.trimmed.isEmpty ? nil : $0.trimmed } }
}

extension EndpointVariant {
    /// Reads the variables, and the properties of the chosen profile where these are not set.
    init(environment: [String: String], profile: ProfileProperties? = nil) {
        func isOn(_ variable: String, _ property: String) -> Bool {
            (environment[variable].nonBlank ?? profile?[property])?.lowercased() == "true"
        }
        self.init(
            isFIPS: isOn("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
            isDualStack: isOn("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")
        )
    }

    /// Reads the variables alone.
    package init(environment: [String: String]) { self.init(environment: environment, profile: nil) }
}
