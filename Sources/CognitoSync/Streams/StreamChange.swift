/// What an event of Cognito Streams tells of one dataset: how far its count has moved, and what changed if it says so.
package struct StreamChange: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        /// The records of the synchronization that made `syncCount`, all with that count and at least one, in a
        /// body like that of an answer to UpdateRecords.
        ///
        /// They have no LastModifiedBy: the stream does not tell it.
        case records(body: [UInt8], records: [RecordRange])
        /// The records are elsewhere (a payload in S3), or cannot be placed: only a read tells.
        case unavailable
    }

    package let scope: DatasetScope
    /// The dataset's count after the change; nil if the change has no place in the order of counts.
    ///
    /// So it is with a dataset that was removed, whose count may start anew: such a change is news whatever count
    /// is known. With records there always is one.
    package let syncCount: Int64?
    package let content: Content

    package init(scope: DatasetScope, syncCount: Int64?, content: Content) {
        self.scope = scope
        self.syncCount = syncCount
        self.content = content
    }
}
