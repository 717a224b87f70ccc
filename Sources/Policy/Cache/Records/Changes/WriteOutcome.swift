/// The outcome of an UpdateRecords.
package enum WriteOutcome: Sendable {
    /// Status 200; the records that it changed, if the response shows them.
    case applied(RecordChange?)
    /// Refused before it could change anything: any 4xx but 409.
    case rejected
    /// Status 409: the dataset is not the one that the writer was shown, perhaps by this cache.
    case conflict
    /// Timed out, cut, or 5xx: it may have happened, or may yet happen.
    case unknown
    /// The same, and a fetch that was sent after it ended has shown the dataset since.
    case settled
}
