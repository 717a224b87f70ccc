/// The parameters of ListRecords.
package struct ListRecords: Hashable, Sendable {
    package var scope: DatasetScope
    /// The count after which the records must have changed; nil or 0 requests all records.
    package var lastSyncCount: Int64?
    package var paging: Paging
    /// An opaque token of printable ASCII; never empty.
    package var syncSessionToken: String?

    package init(
        scope: DatasetScope,
        lastSyncCount: Int64? = nil,
        paging: Paging = Paging(),
        syncSessionToken: String? = nil
    ) {
        self.scope = scope
        self.lastSyncCount = lastSyncCount
        self.paging = paging
        self.syncSessionToken = syncSessionToken
    }
}
