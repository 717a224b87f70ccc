/// The decision about one read: `lookUp` carries it out, `explain` reports it.
///
/// Holds handles in place of pages and fetches. So it has a fixed size whatever those are, and a hit allocates nothing.
/// It is good until the table changes.
enum RecordsDecision: Sendable {
    /// Served from the cached state; by the page under the handle, if one is ready.
    case serve(CachedState, dataset: Int, page: Int?)
    /// Served from the cached state although it is stale; by the plan it is revalidated, unless a fetch in flight does.
    case serveStale(CachedState, FetchPlan?)
    /// Served from the snapshot that the pagination began in; that of the dataset, or a retained one.
    case continuePagination(CachedState, dataset: Int?)
    /// Waits for a fetch in flight.
    case join(FetchPosition)
    /// Waits until one of the confirmations on the wire ends.
    case queue
    /// Sends a fetch.
    case fetch(FetchPlan)
    /// Forwarded: its listing is too long to be cached.
    case pass
    /// Refused in the words of the service, which did not know the count above.
    case refuse(UnknownCount)
    /// Refused: the snapshot that the pagination began in is gone.
    case gone
}
