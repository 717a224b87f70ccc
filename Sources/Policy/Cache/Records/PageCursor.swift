/// The place at which a pagination continues in the pages of one snapshot.
package struct PageCursor: Hashable, Sendable {
    /// The lastSyncCount of the first request; 0 for all records.
    package let since: Int64
    /// The count of the snapshot.
    package let syncCount: Int64
    /// The digest of what the pagination shows: it does not continue in another dataset that reached the same count.
    package let digest: UInt64
    /// The number of records on the pages before.
    package let index: Int

    package init(since: Int64, syncCount: Int64, digest: UInt64, index: Int) {
        self.since = since
        self.syncCount = syncCount
        self.digest = digest
        self.index = index
    }
}
