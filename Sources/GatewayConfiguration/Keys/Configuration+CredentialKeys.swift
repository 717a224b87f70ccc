internal import CredentialSources

/// The keys of the search for credentials.
extension Configuration {
    static let credentialSources = [
        ConfigurationKey(
            "credentials.sources",
            \.credentials.sources,
            .list("a list of sources", of: CredentialsSourceName.searched),
            "in this order"
        ),
        ConfigurationKey(
            "credentials.profile",
            \.credentials.profile,
            .optional(.name),
            "nothing: AWS_PROFILE, or default"
        ),
        ConfigurationKey(
            "credentials.files.credentials",
            \.credentials.files.credentials,
            .optional(.file),
            "nothing: AWS_SHARED_CREDENTIALS_FILE, or ~/.aws/credentials"
        ),
        ConfigurationKey(
            "credentials.files.config",
            \.credentials.files.config,
            .optional(.file),
            "nothing: AWS_CONFIG_FILE, or ~/.aws/config"
        ),
        ConfigurationKey(
            "credentials.sts.endpoint",
            \.credentials.sts.endpoint,
            .optional(.endpoint),
            "nothing: https://sts.{region}.amazonaws.com"
        ),
        ConfigurationKey(
            "credentials.sts.region",
            \.credentials.sts.region,
            .optional(.region),
            "nothing: that of a profile for its roles, else upstream.region"
        ),
        ConfigurationKey(
            "credentials.assume_role.arn",
            \.credentials.assumeRole.arn,
            .optional(.roleARN),
            "a role to assume with the credentials found; nothing: none"
        ),
        ConfigurationKey(
            "credentials.assume_role.external_id",
            \.credentials.assumeRole.externalID,
            .optional(.externalID),
            "the word that the owner of the role asks for"
        ),
        ConfigurationKey(
            "credentials.assume_role.session_name",
            \.credentials.assumeRole.sessionName,
            .sessionName,
            "in CloudTrail, for this role and those of credentials.roles"
        ),
        ConfigurationKey(
            "credentials.assume_role.duration",
            \.credentials.assumeRole.duration,
            .duration(Bound.minute * 15...Bound.hour * 12),
            "the life of a session; more than 1h only for keys of a user"
        ),
        ConfigurationKey(
            "credentials.roles",
            \.credentials.roles,
            .poolRoles,
            "pools with a role of their own: [{ identity_pools: […], arn: … }]"
        ),
        ConfigurationKey(
            "credentials.process.timeout",
            \.credentials.process.timeout,
            .duration(Bound.second...Bound.minute),
            "of a credential_process"
        ),
    ]
}
