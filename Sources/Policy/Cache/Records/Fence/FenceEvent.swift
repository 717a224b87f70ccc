/// An event that may change what the cache holds of a dataset.
enum FenceEvent: Sendable {
    /// A shared fetch came back.
    case fetched(FetchOutcome, FetchToken)
    /// A write ended.
    case written(WriteOutcome, WriteToken, now: Instant)
    /// A stream told of a change; nil where it does not show the records.
    case streamed(RecordChange?, syncCount: Int64)
    /// A read that is not shared showed this version.
    case shown(DatasetVersion, isPlain: Bool)
    /// A read showed only whether the dataset exists.
    case described(exists: Bool)
    /// Another sign showed that the cached state may be old.
    case told
    /// A DeleteDataset of the identity was sent, or ended.
    case deleted
    /// An operator asked to drop what is cached.
    case purged
}
