/// The change of one dataset that an event of Cognito Streams reports: the new count, perhaps with records.
package struct StreamChange: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        /// The records of the synchronization that set `syncCount`.
        ///
        /// The body is like that of an UpdateRecords response. There is at least one record, and all have
        /// that count. They have no LastModifiedBy, since the stream does not contain it.
        case records(body: [UInt8], records: [RecordRange])
        /// The records are elsewhere (a payload in S3), or their order is unknown: only a read shows them.
        case unavailable
    }

    package let scope: DatasetScope
    /// The count of the dataset after the change, or nil if the change is not ordered by counts.
    ///
    /// It is nil for a removed dataset, whose count may start again. Such a change is new, whatever count is
    /// known. With records it is never nil.
    package let syncCount: Int64?
    package let content: Content

    package init(scope: DatasetScope, syncCount: Int64?, content: Content) {
        self.scope = scope
        self.syncCount = syncCount
        self.content = content
    }
}
