package import CognitoSync

/// What an answer to one of the eight reads beside ListRecords depends on, besides the state that it tells of.
///
/// Made of decoded, checked identifiers, never of joined text, so that all spellings of a request share one key
/// and no two requests do. No caller is in it: all are answered with the gateway's own rights.
package enum MetadataKey: Hashable, Sendable {
    case dataset(DatasetScope)
    case datasets(IdentityScope, ListingPage)
    case identityUsage(IdentityScope)
    case poolUsage(IdentityPoolID)
    case poolUsages(ListingPage)
    case bulkPublish(IdentityPoolID)
    case events(IdentityPoolID)
    case configuration(IdentityPoolID)

    /// Nil for ListRecords, which has a table of its own, and for what is no read.
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

    /// A later page of a listing is shared by those who ask at once, and not kept: it goes on from a place in a
    /// listing that may have changed since.
    var isKept: Bool {
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

/// Which page of a listing.
///
/// The token is kept as bytes: Swift's strings hold canonically equivalent texts to be equal, the service need
/// not.
package struct ListingPage: Hashable, Sendable {
    package let maxResults: Int64?
    package let nextToken: [UInt8]?

    package init(_ paging: Paging) {
        maxResults = paging.maxResults
        nextToken = paging.nextToken.map { Array($0.utf8) }
    }

    func append(to key: inout KeyBytes) {
        key.append(maxResults)
        key.append(nextToken)
    }
}

/// What is kept side by side, because one write can make all of it stale.
package enum MetadataGroup: Hashable, Sendable {
    case identity(IdentityScope)
    case pool(IdentityPoolID)
    /// The listing of all pools.
    case account

    /// Which of `count` shards holds the group.
    package func shard(among count: Int) -> Int { Int(UInt(bitPattern: hashValue) % UInt(max(1, count))) }
}

extension MetadataKey {
    package var group: MetadataGroup {
        switch self {
        case .dataset(let scope): .identity(scope.owner)
        case .datasets(let owner, _), .identityUsage(let owner): .identity(owner)
        case .poolUsage(let pool), .bulkPublish(let pool), .events(let pool), .configuration(let pool):
            .pool(pool)
        case .poolUsages: .account
        }
    }

    /// Whether the answer tells of the pool, identity or dataset; nil stands for any.
    func tells(of pool: IdentityPoolID?, _ identity: IdentityID?, _ dataset: DatasetName?) -> Bool {
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
