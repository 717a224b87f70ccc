package import CognitoSync

/// The parts of a request for one of the eight reads beside ListRecords on which its response depends.
///
/// Made of decoded, checked identifiers, never of joined text. So all spellings of a request share one key, and no two
/// requests do. It holds no caller: all requests are made with the credentials of the gateway.
package enum MetadataKey: Hashable, Sendable {
    case dataset(DatasetScope)
    case datasets(IdentityScope, ListingPage)
    case identityUsage(IdentityScope)
    case poolUsage(IdentityPoolID)
    case poolUsages(ListingPage)
    case bulkPublish(IdentityPoolID)
    case events(IdentityPoolID)
    case configuration(IdentityPoolID)

    /// Creates the key of an operation; nil for ListRecords, which has its own table, and for one that is no read.
    package init?(_ operation: Operation) {
        switch operation {
        case .describeDataset(let scope): self = .dataset(scope)
        case .listDatasets(let owner, let paging): self = .datasets(owner, ListingPage(paging))
        case .describeIdentityUsage(let owner): self = .identityUsage(owner)
        case .describeIdentityPoolUsage(let pool): self = .poolUsage(pool)
        case .listIdentityPoolUsage(let paging): self = .poolUsages(ListingPage(paging))
        case .getBulkPublishDetails(let pool): self = .bulkPublish(pool)
        case .getCognitoEvents(let pool): self = .events(pool)
        case .getIdentityPoolConfiguration(let pool): self = .configuration(pool)
        case .bulkPublish, .deleteDataset, .listRecords, .registerDevice, .setCognitoEvents,
            .setIdentityPoolConfiguration, .subscribeToDataset, .unsubscribeFromDataset, .updateRecords:
            return nil
        }
    }

    package var operation: OperationName {
        switch self {
        case .dataset: .describeDataset
        case .datasets: .listDatasets
        case .identityUsage: .describeIdentityUsage
        case .poolUsage: .describeIdentityPoolUsage
        case .poolUsages: .listIdentityPoolUsage
        case .bulkPublish: .getBulkPublishDetails
        case .events: .getCognitoEvents
        case .configuration: .getIdentityPoolConfiguration
        }
    }

    /// Whether the response may be cached.
    ///
    /// A later page of a listing is only shared by those who ask at once: the listing may have changed since it began.
    var isCacheable: Bool {
        switch self {
        case .datasets(_, let page), .poolUsages(let page): page.nextToken == nil
        case .dataset, .identityUsage, .poolUsage, .bulkPublish, .events, .configuration: true
        }
    }

    /// The key as bytes for an external store.
    package var serialised: [UInt8] {
        var key = KeyBytes(.read)
        key.append(operation.rawValue)
        switch self {
        case .dataset(let scope): key.append(scope)
        case .datasets(let owner, let page):
            key.append(owner)
            page.append(to: &key)
        case .identityUsage(let owner): key.append(owner)
        case .poolUsages(let page): page.append(to: &key)
        case .poolUsage(let pool), .bulkPublish(let pool), .events(let pool), .configuration(let pool):
            key.append(pool.text)
        }
        return key.bytes
    }
}

extension MetadataKey {
    /// Returns whether the response shows the pool, identity or dataset; nil stands for any.
    func shows(pool: IdentityPoolID?, _ identity: IdentityID?, _ dataset: DatasetName?) -> Bool {
        switch self {
        case .dataset(let scope):
            scope.owner.matches(pool, identity) && (dataset.map { $0 == scope.dataset } ?? true)
        case .datasets(let owner, _), .identityUsage(let owner): owner.matches(pool, identity)
        // Totals over all identities of a pool, and over all pools.
        case .poolUsage(let own): pool.map { $0 == own } ?? true
        case .poolUsages: true
        case .bulkPublish(let own), .events(let own), .configuration(let own):
            identity == nil && pool.map { $0 == own } ?? true
        }
    }
}

extension IdentityScope {
    fileprivate func matches(_ pool: IdentityPoolID?, _ identity: IdentityID?) -> Bool {
        (pool.map { $0 == self.pool } ?? true) && (identity.map { $0 == self.identity } ?? true)
    }
}
