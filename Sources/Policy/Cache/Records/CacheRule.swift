package import CognitoSync

/// The treatment of an operation by the cache of records.
package enum CacheRule: Sendable, Equatable {
    /// Served from the cache, or by a shared fetch.
    case cached(PageKey)
    /// The same, if its NextToken is one of the gateway's.
    case continued(ListRecords)
    /// Forwarded; the cache learns what the response shows of the dataset, and stores nothing.
    case observed(DatasetScope)
    /// Forwarded; the cache takes no notice.
    case passed
    /// Forwarded; changes the dataset (`writeStarted`, `writeEnded`).
    case changesDataset(DatasetScope)
    /// Forwarded; invalidates all of the identity (`deletionStarted`, `deletionEnded`).
    case changesIdentity(IdentityScope)
}

extension CacheRule {
    /// Creates the rule of each of the 17 operations.
    ///
    /// This rule is about records. Only ListRecords carries a sync count, by which a response is known to be current.
    /// The other reads have their own table (`MetadataTable`) and their own rule (`InvalidationRule.invalidated`).
    package init(for operation: Operation) {
        self =
            switch operation {
            // The effect of a session token on the response is not documented: such a response is not shared. Only the
            // holder of the key can tell whose pagination a NextToken belongs to.
            case .listRecords(let request):
                if let key = PageKey(request) {
                    .cached(key)
                } else if request.paging.nextToken != nil {
                    .continued(request)
                } else {
                    .observed(request.scope)
                }

            // Shows whether the dataset exists, not its count.
            case .describeDataset(let scope): .observed(scope)

            // Moves the sync count by one. The Lambda that it may trigger changes the same dataset only.
            case .updateRecords(let update): .changesDataset(update.scope)

            // "Datasets that this dataset was merged with will no longer report the merge."
            case .deleteDataset(let scope): .changesIdentity(scope.owner)

            // They show no count.
            case .listDatasets, .describeIdentityUsage, .describeIdentityPoolUsage, .listIdentityPoolUsage:
                .passed

            // A publish reads the records and changes none.
            case .bulkPublish, .getBulkPublishDetails: .passed

            // Settings of the pool: no record changes.
            case .getCognitoEvents, .getIdentityPoolConfiguration: .passed
            case .setCognitoEvents, .setIdentityPoolConfiguration: .passed

            // The devices that the service notifies: no record changes.
            case .registerDevice, .subscribeToDataset, .unsubscribeFromDataset: .passed
            }
    }
}
