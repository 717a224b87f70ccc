package import SigV4

/// The credentials of a role, assumed with those of another search.
///
/// It is the last step where the configuration names a role of the gateway, or a role of some pools. The other
/// credentials are loaded at each load, since a role is assumed far less often than they change.
package struct AssumeRoleCredentials: CredentialsSource {
    package let name = CredentialsSourceName.assumeRole
    private let role: AssumedRole
    private let base: CredentialsChain
    private let services: CredentialServices

    package init(_ role: AssumedRole, with base: CredentialsChain, services: CredentialServices) {
        self.role = role
        self.base = base
        self.services = services
    }

    package func load() async throws(CredentialsError) -> Credentials? {
        if let fault = role.fault { throw CredentialsError(name, "the role \(fault)") }
        let found = try await base.load()
        do throws(SecurityTokenService.Fault) {
            return try await services.sts().assumeRole(role, with: found.credentials)
        } catch {
            throw CredentialsError(
                name,
                "\(error.text) (with the credentials of the source '\(found.source.rawValue)')"
            )
        }
    }
}
