/// The keys of the tokens of the gateway itself; they follow on the other keys of the cache.
extension Configuration {
    static let tokens = [
        ConfigurationKey(
            "cache.session_tokens",
            \.cache.tokens.session,
            .choice,
            "the token in a page; own: of the gateway, for token_lifetime; upstream: of AWS"
        ),
        ConfigurationKey(
            "cache.token_key_file",
            \.cache.tokens.keyFile,
            .optional(.file),
            "32 bytes or more; replicas need the same; nothing: a random key for each process"
        ),
        ConfigurationKey(
            "cache.token_lifetime",
            \.cache.tokens.lifetime,
            .duration(Bound.minute...Bound.day),
            "how long a token of the gateway is valid"
        ),
    ]
}
