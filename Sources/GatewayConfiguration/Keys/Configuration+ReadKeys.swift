/// The keys of the reads other than ListRecords.
extension Configuration {
    static let metadataCache = [
        read("describe_dataset", \.cache.reads.describeDataset, "0s: not cached, each one is forwarded"),
        read(
            "list_datasets",
            \.cache.reads.listDatasets,
            "a write past the gateway is unseen for so long"
        ),
        read(
            "describe_identity_usage",
            \.cache.reads.describeIdentityUsage,
            "changes with each dataset of the identity"
        ),
        read(
            "describe_identity_pool_usage",
            \.cache.reads.describeIdentityPoolUsage,
            "a statistic; a write through the gateway invalidates it"
        ),
        read("list_identity_pool_usage", \.cache.reads.listIdentityPoolUsage, "the same for all pools"),
        read(
            "get_identity_pool_configuration",
            \.cache.reads.getIdentityPoolConfiguration,
            "changed by operators, seldom"
        ),
        read("get_cognito_events", \.cache.reads.getCognitoEvents, "the same"),
        read(
            "get_bulk_publish_details",
            \.cache.reads.getBulkPublishDetails,
            "moves by itself while a publish runs"
        ),
    ]

    private static func read(
        _ name: String,
        _ keyPath: any WritableKeyPath<Configuration, Duration> & Sendable,
        _ comment: String
    ) -> ConfigurationKey {
        ConfigurationKey("cache.reads.\(name)", keyPath, .duration(.zero...Bound.hour), comment)
    }
}
