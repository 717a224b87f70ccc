package import CognitoSync

/// What a page of ListRecords depends on, besides the state of its dataset.
///
/// Made of decoded, checked identifiers, never of joined text, so that all spellings of a request share one key
/// and no two requests do.
package struct PageKey: Hashable, Sendable {
    package let dataset: DatasetScope
    /// Records changed after this count; 0 for all, as the service's own SDKs document it, or if none was given.
    package let since: Int64
    /// 1 to 1024; nil for all that there is.
    package let maxResults: Int64?
    /// Where a walk goes on; nil for its first page.
    package let cursor: PageCursor?

    package init(dataset: DatasetScope, since: Int64, maxResults: Int64?, cursor: PageCursor? = nil) {
        self.dataset = dataset
        self.since = since
        self.maxResults = maxResults
        self.cursor = cursor
    }

    /// The key of a request, or nil if only the service can answer it.
    ///
    /// What a sync session token does to an answer is not documented, nor what the service makes of a page size
    /// that no client sends, or of a count below 0. `cursor` is what the request's NextToken says.
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
