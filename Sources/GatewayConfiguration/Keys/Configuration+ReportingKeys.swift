/// The keys of the log and of the end.
extension Configuration {
    static let reporting = [
        Setting("log.level", \.log.level, .choice, "trace, debug, info, notice, warning, error or critical"),
        Setting("log.format", \.log.format, .choice, "json or text"),
        Setting("log.access", \.log.access, .flag, "a line for each request"),
        Setting("log.identities", \.log.identities, .choice, "hashed or plain"),
        Setting(
            "log.salt_file",
            \.log.saltFile,
            .optional(.file),
            "for the hash, so that it is the same after a restart; nothing: random"
        ),
        Setting(
            "drain.delay",
            \.drain.delay,
            .duration(.zero...Bound.hour),
            "not ready but serving, so that load balancers notice"
        ),
        Setting(
            "drain.timeout",
            \.drain.timeout,
            .duration(.zero...Bound.hour),
            "for requests in work; then they are cut"
        ),
    ]
}
