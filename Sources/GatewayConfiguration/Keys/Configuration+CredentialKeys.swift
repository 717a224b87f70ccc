/// The keys of the search for credentials.
extension Configuration {
    static let credentialSources = [
        ConfigurationKey(
            "credentials.sources",
            \.credentials.sources,
            .list("a list of sources"),
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
            "credentials.assume_role.arn",
            \.credentials.assumeRole.arn,
            .optional(.name),
            "not supported yet"
        ),
    ]
}
