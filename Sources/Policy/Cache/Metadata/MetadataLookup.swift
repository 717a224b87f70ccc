/// The action that a read calls for, decided in one step.
package enum MetadataLookup<Response: Sendable, Fetch: Sendable>: Sendable {
    case hit(CachedResponse<Response>)
    /// Wait for a fetch in flight whose response is one for this read.
    case wait(Fetch)
    /// Wait until a confirmation on the wire ends, and ask again with this turn: that fetch was sent too early.
    case queue(Fetch, ConfirmationTurn)
    /// Send this fetch, and hand the token back with `complete` whatever happens.
    case lead(MetadataFetchToken, Fetch)
}
