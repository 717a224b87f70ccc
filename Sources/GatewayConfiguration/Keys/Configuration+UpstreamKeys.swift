/// The keys of the service behind and of the credentials for it.
extension Configuration {
    static let forwarding = [
        ConfigurationKey(
            "upstream.region",
            \.upstream.region,
            .region,
            "the region that requests are signed for"
        ),
        ConfigurationKey(
            "upstream.endpoint",
            \.upstream.endpoint,
            .optional(.origin),
            "nothing: https://cognito-sync.{region}.amazonaws.com"
        ),
        ConfigurationKey(
            "upstream.ca_file",
            \.upstream.caFile,
            .optional(.file),
            "PEM of the CAs to trust; nothing: the system's"
        ),
        ConfigurationKey(
            "upstream.proxy",
            \.upstream.proxy,
            .optional(.proxy),
            "an HTTP proxy; the environment's are ignored"
        ),
        ConfigurationKey(
            "upstream.connections",
            \.upstream.connections,
            .integer(1...4096),
            "the most connections to the service"
        ),
        ConfigurationKey(
            "upstream.queue",
            \.upstream.queue,
            .integer(0...65_536),
            "calls that may wait for a connection; more: 503"
        ),
        ConfigurationKey(
            "upstream.body",
            \.upstream.body,
            .size(64 << 10...256 << 20),
            "the longest answer taken"
        ),
        ConfigurationKey(
            "upstream.idle",
            \.upstream.idle,
            .duration(Bound.second...Bound.hour),
            "an unused connection is closed after this"
        ),
        ConfigurationKey(
            "upstream.max_age",
            \.upstream.maxAge,
            .duration(Bound.second...Bound.day),
            "no connection is used for longer, so that DNS changes arrive"
        ),
        ConfigurationKey(
            "upstream.timeouts.connect",
            \.upstream.timeouts.connect,
            .duration(Bound.instant...Bound.minute),
            "name, connection and TLS"
        ),
        ConfigurationKey(
            "upstream.timeouts.first_byte",
            \.upstream.timeouts.firstByte,
            .duration(Bound.instant...Bound.minute),
            "until the answer begins"
        ),
        ConfigurationKey(
            "upstream.timeouts.total",
            \.upstream.timeouts.total,
            .duration(Bound.instant...Bound.minute),
            "for a request with all its attempts"
        ),
    ]

    static let credentialSources = [
        ConfigurationKey(
            "credentials.sources",
            \.credentials.sources,
            .list(),
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
