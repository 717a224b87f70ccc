/// An event that may change what the cache holds of a dataset.
enum FenceEvent: Sendable {
    /// A shared fetch came back.
    case fetched(FetchOutcome, FetchToken)
    /// A write ended.
    case written(WriteOutcome, WriteToken)
    /// A stream told of a change; nil where it does not show the records.
    case streamed(RecordChange?)
    /// A read that is not shared showed this.
    case shown(Observation, sentAt: Stamp)
    /// The service did not know the count of a read that is not shared.
    case unknownCount(Int64, sentAt: Stamp)
    /// A read showed only whether the dataset exists.
    case described(exists: Bool)
    /// Another sign showed that the cached state may be old.
    case told
    /// A DeleteDataset of the identity was sent, or ended.
    case deleted
    /// An operator asked to drop what is cached, or a reload replaced the upstream.
    case purged
}
