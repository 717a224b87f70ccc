/// The keys of the log and of draining.
extension Configuration {
    static let reporting = [
        ConfigurationKey(
            "log.level",
            \.log.level,
            .choice,
            "trace, debug, info, notice, warning, error or critical"
        ),
        ConfigurationKey("log.format", \.log.format, .choice, "json or text"),
        ConfigurationKey("log.access", \.log.access, .flag, "a line for each request"),
        ConfigurationKey("log.identities", \.log.identities, .choice, "hashed or plain"),
        ConfigurationKey(
            "log.salt_file",
            \.log.saltFile,
            .optional(.file),
            "the salt of the hash, so that a restart does not change it; nothing: random"
        ),
        ConfigurationKey(
            "drain.delay",
            \.drain.delay,
            .duration(.zero...Bound.hour),
            "not ready but serving, so that load balancers notice"
        ),
        ConfigurationKey(
            "drain.timeout",
            \.drain.timeout,
            .duration(.zero...Bound.hour),
            "for requests in work; then they are cut"
        ),
    ]
}
