/// The keys of the log and of the end.
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
            "for the hash, so that it is the same after a restart; nothing: random"
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
