import CognitoSync

/// The bodies of the responses, with members in the order of the published samples: by name.
extension JSONValue {
    static func record(_ record: Record) -> Self {
        .object([
            ("DeviceLastModifiedDate", .date(record.deviceLastModified)),
            ("Key", .string(record.key.text)),
            ("LastModifiedBy", .string(record.lastModifiedBy)),
            ("LastModifiedDate", .date(record.lastModified)),
            ("SyncCount", .integer(record.syncCount)),
            ("Value", .string(record.value)),
        ])
    }

    static func records(_ response: RecordsResponse) -> Self {
        let merged = response.mergedDatasetNames
        return .object([
            ("Count", .integer(Int64(response.count))),
            ("DatasetDeletedAfterRequestedSyncCount", .bool(response.deletedAfterRequestedSyncCount)),
            ("DatasetExists", .bool(response.exists)),
            ("DatasetSyncCount", .integer(response.syncCount)),
            ("LastModifiedBy", .string(response.lastModifiedBy)),
            ("MergedDatasetNames", merged.isEmpty ? .null : .array(merged.map { .string($0) })),
            ("NextToken", .string(response.nextToken)),
            ("Records", .array(response.records.map(record))),
            ("SyncSessionToken", .string(response.sessionToken)),
        ])
    }

    static func updated(_ records: [Record]) -> Self {
        .object([("Records", .array(records.map(record)))])
    }

    static func dataset(_ dataset: DatasetSummary) -> Self {
        .object([
            ("CreationDate", .date(dataset.created)),
            ("DataStorage", .integer(dataset.size)),
            ("DatasetName", .string(dataset.name)),
            ("IdentityId", .string(dataset.identity)),
            ("LastModifiedBy", .string(dataset.lastModifiedBy)),
            ("LastModifiedDate", .date(dataset.lastModified)),
            ("NumRecords", .integer(dataset.records)),
        ])
    }

    static func datasets(_ listing: Listing<DatasetSummary>) -> Self {
        .object([
            ("Count", .integer(Int64(listing.items.count))),
            ("Datasets", .array(listing.items.map(dataset))),
            ("NextToken", .string(listing.nextToken)),
        ])
    }

    static func identityUsage(_ usage: IdentityUsage, of owner: IdentityScope) -> Self {
        .object([
            (
                "IdentityUsage",
                .object([
                    ("DataStorage", .integer(usage.size)),
                    ("DatasetCount", .integer(Int64(usage.datasets))),
                    ("IdentityId", .string(owner.identity.text)),
                    ("IdentityPoolId", .string(owner.pool.text)),
                    ("LastModifiedDate", .date(usage.lastModified)),
                ])
            )
        ])
    }

    static func poolUsage(_ usage: PoolUsage) -> Self {
        .object([
            ("DataStorage", .integer(usage.size)),
            ("IdentityPoolId", .string(usage.pool)),
            ("LastModifiedDate", .date(usage.lastModified)),
            ("SyncSessionsCount", usage.sessions == 0 ? .null : .integer(usage.sessions)),
        ])
    }

    static func poolUsages(_ listing: Listing<PoolUsage>) -> Self {
        .object([
            ("Count", .integer(Int64(listing.items.count))),
            ("IdentityPoolUsages", .array(listing.items.map(poolUsage))),
            ("MaxResults", .integer(Int64(listing.maxResults))),
            ("NextToken", .string(listing.nextToken)),
        ])
    }

    static func bulkPublish(_ details: BulkPublishDetails, of pool: IdentityPoolID) -> Self {
        .object([
            ("BulkPublishCompleteTime", .date(details.complete)),
            ("BulkPublishStartTime", .date(details.start)),
            ("BulkPublishStatus", .string(details.status.rawValue)),
            ("FailureMessage", .string(details.failure)),
            ("IdentityPoolId", .string(pool.text)),
        ])
    }

    static func configuration(_ push: PushSync?, _ streams: CognitoStreams?, of pool: IdentityPoolID) -> Self
    {
        .object([
            (
                "CognitoStreams",
                streams.map {
                    .object([
                        ("RoleArn", .string($0.roleARN)),
                        ("StreamName", .string($0.streamName)),
                        ("StreamingStatus", .string($0.streamingStatus?.rawValue)),
                    ])
                } ?? .null
            ),
            ("IdentityPoolId", .string(pool.text)),
            (
                "PushSync",
                push.map {
                    .object([
                        (
                            "ApplicationArns",
                            $0.applicationARNs.map { .array($0.map { .string($0) }) } ?? .null
                        ),
                        ("RoleArn", .string($0.roleARN)),
                    ])
                } ?? .null
            ),
        ])
    }
}
