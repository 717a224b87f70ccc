/// The keys of the bounds of a caller: sizes and times.
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
        ConfigurationKey(
            "limits.body",
            \.limits.body,
            .size(1024...64 << 20),
            "the body of a request; more: 413"
        ),
        ConfigurationKey(
            "limits.bytes",
            \.limits.bytes,
            .automatic(size: 1 << 20...1 << 40),
            "bodies and unsent responses together; auto: a quarter of the memory; more: 503"
        ),
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
            "of one address, or a /64 of IPv6; more: 503"
        ),
        ConfigurationKey(
            "limits.requests_per_connection",
            \.limits.requestsPerConnection,
            .optional(.integer(1...1_000_000_000)),
            "requests of one connection, then it is closed; nothing: no bound"
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
            "from the first byte of a request to the end of its head"
        ),
        ConfigurationKey(
            "timeouts.body",
            \.timeouts.body,
            .duration(Bound.instant...Bound.hour),
            "for the body of a request"
        ),
        ConfigurationKey(
            "timeouts.write",
            \.timeouts.write,
            .duration(Bound.instant...Bound.hour),
            "without progress in sending the response"
        ),
        ConfigurationKey(
            "timeouts.idle",
            \.timeouts.idle,
            .duration(Bound.instant...Bound.day),
            "between two requests; longer than that of a load balancer in front"
        ),
        ConfigurationKey(
            "timeouts.connection",
            \.timeouts.connection,
            .optional(.duration(Bound.instant...Bound.day)),
            "age of a connection at which its next response is the last one; nothing: none"
        ),
    ]
}
