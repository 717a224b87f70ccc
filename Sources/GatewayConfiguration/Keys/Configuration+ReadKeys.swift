/// The keys of the reads beside ListRecords.
extension Configuration {
    static let metadataCache = [
        read("describe_dataset", \.cache.reads.describeDataset, "0s turns one off: each is then forwarded"),
        read(
            "list_datasets",
            \.cache.reads.listDatasets,
            "writers who go round the gateway are unseen for so long"
        ),
        read(
            "describe_identity_usage",
            \.cache.reads.describeIdentityUsage,
            "changes with any of its datasets"
        ),
        read(
            "describe_identity_pool_usage",
            \.cache.reads.describeIdentityPoolUsage,
            "a statistic; a write through the gateway drops it at once"
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
