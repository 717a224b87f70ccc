/// The keys of the token buckets.
extension Configuration {
    static let throttling = [
        ConfigurationKey(
            "throttle.keys",
            \.throttle.keys,
            .integer(1...16 << 20),
            "buckets remembered in each table"
        ),
        ConfigurationKey(
            "throttle.caller.key",
            \.throttle.caller.key,
            .choice.formerly(["certificate": .caller]),
            "counts every request, by address, caller, or none: all in one"
        ),
        ConfigurationKey(
            "throttle.caller.rate",
            \.throttle.caller.rate,
            .rate(Bound.rates),
            "tokens that a caller gets back"
        ),
        ConfigurationKey(
            "throttle.caller.burst",
            \.throttle.caller.burst,
            .count(Bound.bursts),
            "tokens that a caller may save up"
        ),
        ConfigurationKey(
            "throttle.identity.key",
            \.throttle.identity.key,
            .choice,
            "counts upstream requests, by identity, or none: all in one"
        ),
        ConfigurationKey(
            "throttle.identity.rate",
            \.throttle.identity.rate,
            .rate(Bound.rates),
            "tokens that an identity gets back"
        ),
        ConfigurationKey(
            "throttle.identity.burst",
            \.throttle.identity.burst,
            .count(Bound.bursts),
            "tokens that an identity may save up"
        ),
        ConfigurationKey(
            "throttle.upstream.rate",
            \.throttle.upstream.rate,
            .rate(Bound.rates),
            "counts upstream requests, all in one: tokens that come back"
        ),
        ConfigurationKey(
            "throttle.upstream.burst",
            \.throttle.upstream.burst,
            .count(Bound.bursts),
            "tokens that may be saved up"
        ),
    ]
}
