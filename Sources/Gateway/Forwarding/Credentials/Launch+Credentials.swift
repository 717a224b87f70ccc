import CredentialSources
import Foundation
import GatewayConfiguration
import Messages

/// The searches for credentials, put together from configuration and environment.
extension Service.Launch {
    /// Returns the search of the gateway and those of the roles of pools.
    ///
    /// The credentials of the launch take the place of all of them.
    func search(_ configuration: Configuration) -> CredentialSearch {
        let standard = chain(configuration)
        guard credentials == nil else { return CredentialSearch(standard: standard) }
        let keys = configuration.credentials
        let services = services(configuration)
        return CredentialSearch(
            standard: standard,
            roles: keys.roles.map { role in
                let assumed = AssumedRole(
                    arn: role.arn,
                    externalID: role.externalID,
                    sessionName: keys.assumeRole.sessionName
                )
                let base = role.source.map { sources([$0], configuration, services) } ?? standard
                let source = AssumeRoleCredentials(assumed, with: base, services: services)
                return CredentialSearch.Role(pools: role.identityPools, chain: CredentialsChain([source]))
            }
        )
    }

    /// Returns the configured credential sources in their order and the role to assume with them, or the
    /// credentials of the launch in their place.
    func chain(_ configuration: Configuration) -> CredentialsChain {
        if let credentials { return CredentialsChain([credentials]) }
        let keys = configuration.credentials
        let services = services(configuration)
        let chain = sources(keys.sources, configuration, services)
        guard let arn = keys.assumeRole.arn else { return chain }
        let role = AssumedRole(
            arn: arn,
            externalID: keys.assumeRole.externalID,
            sessionName: keys.assumeRole.sessionName,
            duration: keys.assumeRole.duration.components.seconds
        )
        return CredentialsChain([AssumeRoleCredentials(role, with: chain, services: services)])
    }

    private func sources(
        _ names: [CredentialsSourceName],
        _ configuration: Configuration,
        _ services: CredentialServices
    ) -> CredentialsChain {
        let environment = configuration.credentials.environment(over: environment)
        let container = ContainerCredentials(environment: environment)
        let instance = InstanceCredentials(environment: environment)
        return CredentialsChain(
            names.compactMap { source -> (any CredentialsSource)? in
                switch source {
                case .environment: EnvironmentCredentials(environment: environment)
                case .webIdentity: WebIdentityCredentials(environment: environment, services: services)
                case .profile:
                    ProfileCredentials(
                        environment: environment,
                        services: services,
                        container: container,
                        instance: instance
                    )
                case .container: container
                case .instance: instance
                case .assumeRole, .search: nil
                }
            }
        )
    }

    /// Returns the ways to STS, SSO and processes.
    ///
    /// The certificates of the upstream are trusted there too, unless the upstream alone is a private one.
    private func services(_ configuration: Configuration) -> CredentialServices {
        let keys = configuration.credentials
        var services = CredentialServices(
            region: configuration.upstream.region,
            now: { GatewayClock.system.wall() / 1_000_000_000 },
            run: ShellCommand.runner(timeout: keys.process.timeout)
        )
        services.stsEndpoint = keys.sts.endpoint.flatMap { Origin($0) }
        services.stsRegion = keys.sts.region
        services.variant = EndpointVariant(environment: environment)
        let isUpstreamPrivate = configuration.upstream.endpoint != nil && keys.sts.endpoint == nil
        services.caFile = isUpstreamPrivate ? nil : configuration.upstream.caFile
        let host = try? String(contentsOfFile: "/proc/sys/kernel/hostname", encoding: .utf8)
        services.sessionName = AssumedRole.sessionName(host: host ?? "")
        return services
    }
}
