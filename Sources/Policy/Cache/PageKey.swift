package import CognitoSync

/// What a page of ListRecords depends on, besides the state of its dataset.
///
/// Made of decoded, checked identifiers, never of joined text, so that all spellings of a request share one
/// key and no two requests do. The token is kept as bytes: Swift's strings hold canonically equivalent texts
/// to be equal, the service need not. A missing `lastSyncCount` and 0 are two keys: that they mean the same
/// is not documented.
package struct PageKey: Hashable, Sendable {
    package let dataset: DatasetScope
    package let lastSyncCount: Int64?
    package let maxResults: Int64?
    package let nextToken: [UInt8]?

    package init(dataset: DatasetScope, lastSyncCount: Int64?, maxResults: Int64?, nextToken: String?) {
        self.dataset = dataset
        self.lastSyncCount = lastSyncCount
        self.maxResults = maxResults
        self.nextToken = nextToken.map { Array($0.utf8) }
    }

    /// The key of a request, or nil if its answer is not to be shared.
    ///
    /// What a sync session token does to an answer is not documented, so a request with one is always
    /// forwarded.
    package init?(_ request: ListRecords) {
        guard request.syncSessionToken == nil else { return nil }
        self.init(
            dataset: request.scope,
            lastSyncCount: request.lastSyncCount,
            maxResults: request.paging.maxResults,
            nextToken: request.paging.nextToken
        )
    }

    /// The key as bytes for an external store.
    package var serialised: [UInt8] {
        var key = KeyBytes(.page)
        key.append(dataset)
        key.append(lastSyncCount)
        key.append(maxResults)
        key.append(nextToken)
        return key.bytes
    }
}
