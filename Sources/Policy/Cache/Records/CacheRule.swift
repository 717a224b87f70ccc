package import CognitoSync

/// What the cache does about an operation.
package enum CacheRule: Sendable, Equatable {
    /// Answered from the cache, or by a call that is shared.
    case cached(PageKey)
    /// The same, if the walk whose token it carries is one of the gateway's.
    case continued(ListRecords)
    /// Forwarded; what its answer says of the dataset is learned, and nothing is stored.
    case observed(DatasetScope)
    /// Forwarded; the cache takes no notice.
    case passed
    /// Forwarded; voids the dataset (`writeStarted`, `writeEnded`).
    case changesDataset(DatasetScope)
    /// Forwarded; voids all of the identity (`deletionStarted`, `deletionEnded`).
    case changesIdentity(IdentityScope)
}

extension CacheRule {
    /// The rule of each of the 17 operations.
    ///
    /// This table is about records: only ListRecords carries a sync count, by which an answer can be known to be
    /// current. The other reads have a table of their own (`MetadataTable`), and what voids them is a rule of its own
    /// (`InvalidationRule.invalidated`).
    package init(for operation: Operation) {
        self =
            switch operation {
            // A session token's effect on the answer is not documented: with one it is nobody else's answer. Whose
            // walk a NextToken belongs to, only who has the key can tell.
            case .listRecords(let request):
                if let key = PageKey(request) {
                    .cached(key)
                } else if request.paging.nextToken != nil {
                    .continued(request)
                } else {
                    .observed(request.scope)
                }

            // Says whether the dataset exists, not how old it is.
            case .describeDataset(let scope): .observed(scope)

            // Moves the sync count by one. The Lambda that it may trigger changes the same dataset only.
            case .updateRecords(let update): .changesDataset(update.scope)

            // "Datasets that this dataset was merged with will no longer report the merge."
            case .deleteDataset(let scope): .changesIdentity(scope.owner)

            // They show no count.
            case .listDatasets, .describeIdentityUsage, .describeIdentityPoolUsage, .listIdentityPoolUsage:
                .passed

            // Starting one reads the records and changes none.
            case .bulkPublish, .getBulkPublishDetails: .passed

            // Settings of the pool: no record changes.
            case .getCognitoEvents, .getIdentityPoolConfiguration: .passed
            case .setCognitoEvents, .setIdentityPoolConfiguration: .passed

            // Whom the service notifies; no record changes.
            case .registerDevice, .subscribeToDataset, .unsubscribeFromDataset: .passed
            }
    }
}
