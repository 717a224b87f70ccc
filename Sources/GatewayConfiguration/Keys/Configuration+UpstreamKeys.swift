/// The keys of upstream and of the way to it.
extension Configuration {
    static let forwarding = [
        ConfigurationKey(
            "upstream.region",
            \.upstream.givenRegion,
            .optional(.region),
            "the region to sign for; nothing: AWS_REGION, else the profile's, else us-east-1"
        ),
        ConfigurationKey(
            "upstream.endpoint",
            \.upstream.endpoint,
            .optional(.endpoint),
            "nothing: https://cognito-sync.{region}.amazonaws.com"
        ),
        ConfigurationKey(
            "upstream.use_fips",
            \.upstream.usesFIPS,
            .flag,
            "the FIPS name of the endpoint; AWS publishes none"
        ),
        ConfigurationKey(
            "upstream.use_dualstack",
            \.upstream.usesDualStack,
            .flag,
            "the dual-stack name of the endpoint; AWS publishes none"
        ),
        ConfigurationKey(
            "upstream.ca_file",
            \.upstream.caFile,
            .optional(.file),
            "PEM of the CAs to trust; nothing: those of the system"
        ),
        ConfigurationKey(
            "upstream.proxy",
            \.upstream.proxy,
            .optional(.proxy),
            "an HTTP proxy; those of the environment are ignored"
        ),
        ConfigurationKey(
            "upstream.connections",
            \.upstream.connections,
            .integer(1...4096),
            "the most connections to upstream"
        ),
        ConfigurationKey(
            "upstream.queue",
            \.upstream.queue,
            .integer(0...65_536),
            "requests that may wait for a connection; more: 503"
        ),
        ConfigurationKey(
            "upstream.body",
            \.upstream.body,
            .size(64 << 10...256 << 20),
            "the longest response accepted"
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
            "upstream.pacing",
            \.upstream.pacing,
            .choice,
            "adaptive or off: whether calls follow the 429 of AWS"
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
            "until the response begins"
        ),
        ConfigurationKey(
            "upstream.timeouts.total",
            \.upstream.timeouts.total,
            .duration(Bound.instant...Bound.minute),
            "for a request with all its attempts"
        ),
    ]
}
