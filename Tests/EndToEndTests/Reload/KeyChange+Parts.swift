/// The changes that the parts show which are made from the keys.
extension KeyChange {
    static let ofParts: [Self] = forwarding + caching + throttling + policies + callers

    private static let pool = "00000000-0000-0000-0000-000000000001"
    private static let role = "arn:aws:iam::123456789012:role/other"
    private static let assumed = ["credentials.assume_role.arn": "arn:aws:iam::123456789012:role/first"]

    private static let forwarding: [Self] = [
        part("upstream.region", "eu-west-1"), part("upstream.endpoint", "http://127.0.0.1:9"),
        part("upstream.ca_file", "FOLDER/ca.pem"), part("upstream.proxy", "http://127.0.0.1:9"),
        part("upstream.connections", "7"), part("upstream.queue", "8"), part("upstream.body", "1MiB"),
        part("upstream.idle", "9s"), part("upstream.max_age", "10s"),
        part("upstream.timeouts.connect", "900ms"),
        part("upstream.timeouts.first_byte", "3s"), part("upstream.timeouts.total", "9s"),
        part("credentials.sources", "[profile]"), part("credentials.profile", "other"),
        part("upstream.pacing", "off"), part("upstream.use_fips", "yes", with: ["upstream.endpoint": ""]),
        part("upstream.use_dualstack", "yes", with: ["upstream.endpoint": ""]),
        part("credentials.assume_role.arn", role),
        part("credentials.assume_role.external_id", "x-1", with: assumed),
        part("credentials.assume_role.session_name", "other", with: assumed),
        part("credentials.assume_role.duration", "2h", with: assumed),
        part("credentials.roles", "[{ identity_pools: [\"us-east-1:\(pool)\"], arn: \"\(role)\" }]"),
        part("credentials.sts.endpoint", "http://127.0.0.1:9"), part("credentials.sts.region", "eu-west-1"),
        part("credentials.process.timeout", "9s"),
        part("credentials.files.credentials", "FOLDER/ca.pem"),
        part("credentials.files.config", "FOLDER/ca.pem"),
    ]

    private static let caching: [Self] = [
        part("cache.memory", "64MiB"), part("cache.fresh", "6s"), part("cache.stale_while_revalidate", "7s"),
        part("cache.stale_if_error", "8s"), part("cache.absent", "9s"), part("cache.identity_check", "10s"),
        part("cache.pagination", "11s"), part("cache.listing_tombstones", "yes"),
        part("cache.session_tokens", "upstream"), part("cache.token_lifetime", "11m"),
        part("cache.reads.describe_dataset", "17s"), part("cache.reads.list_datasets", "18s"),
        part("cache.reads.describe_identity_usage", "19s"),
        part("cache.reads.describe_identity_pool_usage", "21s"),
        part("cache.reads.list_identity_pool_usage", "22s"),
        part("cache.reads.get_identity_pool_configuration", "23s"),
        part("cache.reads.get_cognito_events", "24s"),
        part("cache.reads.get_bulk_publish_details", "25s"),
    ]

    private static let throttling: [Self] = [
        part("throttle.keys", "1024"), part("throttle.caller.key", "none"),
        part("throttle.caller.rate", "11/s"),
        part("throttle.caller.burst", "12"), part("throttle.identity.key", "none"),
        part("throttle.identity.rate", "13/s"), part("throttle.identity.burst", "14"),
        part("throttle.upstream.rate", "15/s"), part("throttle.upstream.burst", "16"),
    ]

    /// The keys that a request or a drain reads from the configuration in force itself.
    private static let policies: [Self] = [
        part("drain.delay", "1ms"), part("drain.timeout", "1s"), part("callers.signatures", "ignore"),
    ]

    private static let keyLine = "a:" + String(repeating: "0", count: 64) + "\n"
    private static let issuer = "name: a, issuer: 'https://issuer.example', audiences: [b]"

    /// The keys that say who callers are, and what they may do.
    private static let callers: [Self] = [
        part("callers.required", "yes", with: ["callers.by.unix": "yes"]), part("callers.dry_run", "yes"),
        part("callers.by.certificate.trust", "[uri]"), part("callers.by.unix", "yes"),
        part("callers.by.api_key.header", "x-key"),
        part("callers.by.api_key.file", "FOLDER/keys") { _ = try $0.write("keys", keyLine) },
        part("callers.by.jwt", "[{ \(issuer), jwks: { file: FOLDER/jwks.json } }]") {
            _ = try $0.write("jwks.json", "{\"keys\":[]}")
        },
        part("callers.list", "[{ name: a, is: ['uid:0'], may: [] }]", with: ["callers.by.unix": "yes"]),
    ]
}
