package import CognitoSync

/// A dataset as DescribeDataset, DeleteDataset and ListDatasets return it.
package struct DatasetSummary: Sendable, Equatable {
    package let identity: String
    package let name: String
    package let created: Timestamp
    package let lastModified: Timestamp
    package let lastModifiedBy: String
    package let size: Int64
    package let records: Int64

    init(_ dataset: Dataset, name: String, of identity: IdentityID) {
        self.identity = identity.text
        self.name = name
        created = dataset.created
        lastModified = dataset.lastModified
        lastModifiedBy = dataset.lastModifiedBy
        size = dataset.size
        records = dataset.liveRecords
    }
}

extension DatasetStore {
    package func describeDataset(_ scope: DatasetScope) throws(ServiceError) -> DatasetSummary {
        DatasetSummary(try dataset(scope), name: scope.dataset.text, of: scope.owner.identity)
    }

    /// Deletes a dataset for good; datasets that were merged with it no longer report it.
    package mutating func deleteDataset(
        _ scope: DatasetScope,
        at now: Timestamp
    ) throws(ServiceError)
        -> DatasetSummary
    {
        let name = scope.dataset.text
        let dataset = try dataset(scope)
        journal?.record(.deletion, of: scope, syncCount: dataset.syncCount, at: now)
        withIdentity(scope.owner, at: now) { identity in
            identity.datasets[name] = nil
            identity.deletedSyncCounts[name] = dataset.syncCount
            identity.lastModified = now
            identity.merged[name] = nil
            identity.merged = identity.merged.mapValues { $0.filter { $0 != name } }.filter {
                !$0.value.isEmpty
            }
            for device in identity.devices.keys { identity.devices[device]?.subscriptions.remove(name) }
        }
        return DatasetSummary(dataset, name: name, of: scope.owner.identity)
    }

    package func listDatasets(
        _ owner: IdentityScope,
        _ paging: Paging
    ) throws(ServiceError)
        -> Listing<DatasetSummary>
    {
        let datasets = try identity(owner)?.datasets ?? [:]
        return try list(
            datasets.map { ($0.key, DatasetSummary($0.value, name: $0.key, of: owner.identity)) },
            paging
        )
    }

    /// Links two identities as Cognito Identity does: datasets appear without a write, and no count changes.
    ///
    /// Each dataset of the loser becomes `<dataset>.<loser>` of the winner, with a sync count of 1. The
    /// `<dataset>` of the winner names it as merged. The loser is removed.
    package mutating func merge(
        _ loser: IdentityID,
        into winner: IdentityID,
        of pool: IdentityPoolID,
        at now: Timestamp
    ) throws(ServiceError) {
        guard loser != winner, let lost = try knownPool(pool).identities[loser] else {
            throw .notFound("Identity '\(loser.text)' not found.")
        }
        withIdentity(IdentityScope(pool: pool, identity: winner), at: now) { identity in
            for (name, dataset) in lost.datasets.sorted(by: { $0.key < $1.key }) {
                let mergedName = "\(name).\(loser.text)"
                identity.datasets[mergedName] = dataset.asMerged(at: now)
                identity.merged[name, default: []].append(mergedName)
            }
            identity.lastModified = now
        }
        pools[pool]?.identities[loser] = nil
    }
}

extension Dataset {
    /// Returns the live records as a new dataset, made by one write.
    fileprivate func asMerged(at now: Timestamp) -> Dataset {
        var merged = Dataset(created: now, by: lastModifiedBy)
        var unlimited = ServiceRules()
        unlimited.recordsPerDataset = .max
        unlimited.datasetBytes = .max
        unlimited.deviceDates = .kept
        let patches = records.filter { $0.value != nil }.map { record in
            Patch(
                key: record.key.text,
                value: record.value,
                syncCount: nil,
                deviceLastModified: record.deviceLastModified
            )
        }
        _ = try? merged.apply(patches, rules: unlimited, by: lastModifiedBy, at: now)
        return merged
    }
}
