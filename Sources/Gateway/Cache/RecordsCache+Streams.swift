import CognitoSync
import Policy

/// What Cognito Streams tells of writers who go round the gateway, and what is told of the cache.
extension RecordsCache {
    /// Takes in a change that a stream tells of.
    ///
    /// A count that is known is no news, wherever the records are: a bulk publish tells all there is once more. A
    /// change without a place in the order of counts always is.
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

    /// What would become of a read that came now.
    func explain(_ request: ListRecords, now: Instant) -> Explanation {
        guard let key = PageKey(request) else { return Explanation(.pass, because: [.unusualPage]) }
        return explain(key, now: now)
    }
}
