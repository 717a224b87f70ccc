import CognitoSync
import Policy

/// Changes of Cognito Streams, by writers that bypass the gateway, and explanations of the cache.
extension RecordsCache {
    /// Applies a change that a stream event tells of.
    ///
    /// A count that is known is no news, wherever the records are: a bulk publish repeats all that there is.
    /// A change without a count always is news.
    func streamed(_ change: StreamChange, now: Instant) -> StreamOutcome {
        var records: RecordChange?
        switch change.content {
        case .records(let body, let ranges):
            records = RecordChange(ranges, of: body)
        case .unavailable:
            if let count = change.syncCount, let known = known(of: change.scope), count <= known.syncCount {
                return .known
            }
        }
        return streamed(records, of: change.scope, syncCount: change.syncCount ?? 0, now: now)
    }

    /// Returns the decision of the cache about a read that came now.
    func explain(_ request: ListRecords, now: Instant) -> Explanation {
        guard let key = PageKey(request) else { return Explanation(.pass, because: [.unusualPage]) }
        return explain(key, now: now)
    }
}
