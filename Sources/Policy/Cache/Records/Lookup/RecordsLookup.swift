/// The action that a read calls for, decided in one step.
package enum RecordsLookup<Page: Sendable, Fetch: Sendable>: Sendable {
    /// Respond with this page.
    case hit(PageHit<Page>)
    /// Respond with a page rendered from this state, and offer it to `keep`.
    case derive(CachedState)
    /// The same from a stale state; with a token, send that fetch too, to revalidate the state.
    case stale(CachedState, (FetchToken, Fetch)?)
    /// Wait for a fetch in flight whose response is one for this read.
    case wait(Fetch, FetchLease)
    /// Wait until a confirmation on the wire ends, and ask again with this turn: that fetch was sent too early.
    case queue(Fetch, ConfirmationTurn)
    /// Send this fetch, and hand the token back with `complete` whatever happens.
    case lead(FetchToken, Fetch)
    /// Forward it: its listing is too long to be cached.
    case pass
    /// Refuse it in the words of the service: it is one below a count that the service did not know.
    case refuse(UnknownCount)
    /// Refuse: the snapshot that the pagination began in is gone.
    case gone
}
