import CognitoSync
import Policy

/// Changes of Cognito Streams, by writers that bypass the gateway, and explanations of the cache.
extension RecordsCache {
    /// Applies a change that a stream event tells of.
    ///
    /// Without records it always is news: a count that is known may be that of another incarnation.
    func streamed(_ change: StreamChange, now: Instant) -> StreamOutcome {
        let records: RecordChange? =
            switch change.content {
            case .records(let body, let ranges): RecordChange(ranges, of: body)
            case .unavailable: nil
            }
        return streamed(records, of: change.scope, now: now)
    }

    /// Returns the decision of the cache about a read that came now.
    func explain(_ request: ListRecords, now: Instant) -> Explanation {
        guard let key = PageKey(request) else { return Explanation(.pass, because: [.unusualPage]) }
        return explain(key, now: now)
    }
}
