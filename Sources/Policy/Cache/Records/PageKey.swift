package import CognitoSync

/// The parts of a request on which a page of ListRecords depends, besides the state of its dataset.
///
/// Made of decoded, checked identifiers, never of joined text. So all spellings of a request share one key, and no two
/// requests do.
package struct PageKey: Hashable, Sendable {
    package let dataset: DatasetScope
    /// The count after which records changed; 0 for all records, as the SDKs of AWS document it, or if none was given.
    package let since: Int64
    /// The page size, 1 to 1024; nil for all records.
    package let maxResults: Int64?
    /// The place at which a pagination continues; nil for its first page.
    package let cursor: PageCursor?

    package init(dataset: DatasetScope, since: Int64, maxResults: Int64?, cursor: PageCursor? = nil) {
        self.dataset = dataset
        self.since = since
        self.maxResults = maxResults
        self.cursor = cursor
    }

    /// Creates the key of a request; nil if only upstream can answer it.
    ///
    /// The effect of a sync session token is not documented. Nor is what the service makes of a page size that no SDK
    /// sends, or of a count below 0. `cursor` is the content of the NextToken, if there is one.
    package init?(_ request: ListRecords, cursor: PageCursor? = nil) {
        let since = request.lastSyncCount ?? 0
        guard request.syncSessionToken == nil, since >= 0,
            (request.paging.nextToken == nil) == (cursor == nil),
            request.paging.maxResults.map({ 1...1024 ~= $0 }) ?? true
        else { return nil }
        self.init(
            dataset: request.scope,
            since: cursor?.since ?? since,
            maxResults: request.paging.maxResults,
            cursor: cursor
        )
    }

    /// The key as bytes for an external store.
    package var serialised: [UInt8] {
        var key = KeyBytes(.page)
        key.append(dataset)
        key.append(since)
        key.append(maxResults)
        key.append(cursor?.syncCount)
        key.append(cursor.map { Int64(bitPattern: $0.digest) })
        key.append(cursor.map { Int64($0.index) })
        return key.bytes
    }
}
