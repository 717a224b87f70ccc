/// The keys of what bounds a caller: sizes, times, rates.
extension Configuration {
    static let bounds = [
        ConfigurationKey(
            "limits.header",
            \.limits.header,
            .size(1024...1 << 20),
            "all header fields of a request; more: 431"
        ),
        ConfigurationKey("limits.field", \.limits.field, .size(256...1 << 20), "one header field; more: 431"),
        ConfigurationKey(
            "limits.fields",
            \.limits.fields,
            .integer(8...1000),
            "number of header fields; more: 431"
        ),
        ConfigurationKey(
            "limits.target",
            \.limits.target,
            .size(1024...64 << 10),
            "path and query; more: 414"
        ),
        ConfigurationKey("limits.body", \.limits.body, .size(1024...64 << 20), "a request's body; more: 413"),
        ConfigurationKey(
            "limits.connections",
            \.limits.connections,
            .integer(1...1 << 20),
            "of all callers; more: 503"
        ),
        ConfigurationKey(
            "limits.connections_per_peer",
            \.limits.connectionsPerPeer,
            .integer(1...1 << 20),
            "of one address; more: 503"
        ),
        ConfigurationKey(
            "limits.in_flight",
            \.limits.inFlight,
            .integer(1...1 << 20),
            "requests in work at once; more: 503"
        ),
        ConfigurationKey(
            "timeouts.silent",
            \.timeouts.silent,
            .duration(Bound.instant...Bound.hour),
            "from connecting to the first byte"
        ),
        ConfigurationKey(
            "timeouts.head",
            \.timeouts.head,
            .duration(Bound.instant...Bound.hour),
            "from a request's first byte to the end of its head"
        ),
        ConfigurationKey(
            "timeouts.body",
            \.timeouts.body,
            .duration(Bound.instant...Bound.hour),
            "for a request's body"
        ),
        ConfigurationKey(
            "timeouts.write",
            \.timeouts.write,
            .duration(Bound.instant...Bound.hour),
            "without progress in taking the answer"
        ),
        ConfigurationKey(
            "timeouts.idle",
            \.timeouts.idle,
            .duration(Bound.instant...Bound.day),
            "between two requests"
        ),
    ]

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
            .choice,
            "counts every request, by address, certificate, or none: all in one"
        ),
        ConfigurationKey(
            "throttle.caller.rate",
            \.throttle.caller.rate,
            .rate(Bound.rates),
            "tokens a caller gets back"
        ),
        ConfigurationKey(
            "throttle.caller.burst",
            \.throttle.caller.burst,
            .count(Bound.rates),
            "tokens a caller may save up"
        ),
        ConfigurationKey(
            "throttle.identity.key",
            \.throttle.identity.key,
            .choice,
            "counts what is forwarded, by identity, or none: all in one"
        ),
        ConfigurationKey(
            "throttle.identity.rate",
            \.throttle.identity.rate,
            .rate(Bound.rates),
            "tokens an identity gets back"
        ),
        ConfigurationKey(
            "throttle.identity.burst",
            \.throttle.identity.burst,
            .count(Bound.rates),
            "tokens an identity may save up"
        ),
        ConfigurationKey(
            "throttle.upstream.key",
            \.throttle.upstream.key,
            .choice,
            "counts what is forwarded, all in one"
        ),
        ConfigurationKey(
            "throttle.upstream.rate",
            \.throttle.upstream.rate,
            .rate(Bound.rates),
            "tokens that come back"
        ),
        ConfigurationKey(
            "throttle.upstream.burst",
            \.throttle.upstream.burst,
            .count(Bound.rates),
            "tokens that may be saved up"
        ),
    ]
}
