/// The keys of the tokens that the gateway gives out itself; they follow on the cache's other ones.
extension Configuration {
    static let tokens = [
        ConfigurationKey(
            "cache.session_tokens",
            \.cache.tokens.session,
            .choice,
            "what a page carries: own: good for token_lifetime, exchanged for one of AWS's; upstream: AWS's"
        ),
        ConfigurationKey(
            "cache.token_key_file",
            \.cache.tokens.keyFile,
            .optional(.file),
            "32 bytes or more, as they are; replicas need the same; nothing: random for each process"
        ),
        ConfigurationKey(
            "cache.token_lifetime",
            \.cache.tokens.lifetime,
            .duration(Bound.minute...Bound.day),
            "how long a token of the gateway's is good"
        ),
    ]
}
