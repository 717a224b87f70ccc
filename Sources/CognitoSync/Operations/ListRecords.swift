/// The parameters of ListRecords.
package struct ListRecords: Hashable, Sendable {
    package var scope: DatasetScope
    /// Records changed after this count; nil or 0 asks for all.
    package var lastSyncCount: Int64?
    package var paging: Paging
    /// Opaque; printable ASCII, never empty.
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
