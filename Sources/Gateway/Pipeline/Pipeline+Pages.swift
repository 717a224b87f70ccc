import CognitoSync
import Messages
import Policy
import Serving

/// Pages of held states: made, offered to the table, and known by their targets from then on.
extension Pipeline {
    /// Answers with a page from a held state; one for all who wait for the same call.
    func derive(
        _ key: PageKey,
        from state: HeldState,
        sharing pages: SharedPages? = nil,
        settings: Settings,
        call: Call
    ) throws(GatewayError) -> Reply {
        let render = { () -> KeptPage? in
            newPage(for: key, from: state, settings: settings) {
                remember($0, under: $1, of: key, call: call)
            }
        }
        let page = if let pages { pages.page(for: key, render: render) } else { render() }
        guard let page else { throw .walkEnded }
        return finish(page.response, of: call)
    }

    /// A page from a held state, offered to the table.
    private func newPage(
        for key: PageKey,
        from state: HeldState,
        settings: Settings,
        kept: (KeptPage, PageLease) -> Void
    ) -> KeptPage? {
        guard let page = settings.renderer.render(key, from: state, clock: clock) else { return nil }
        if page.hasNext { reads.walkBegan(in: state.copy, of: key.dataset, now: clock.monotonic()) }
        if let lease = reads.keep(page.page, for: key, of: state.copy, goodUntil: page.goodUntil) {
            kept(page.page, lease)
        }
        return page.page
    }

    /// The page of the state that a call brought, the same for all who waited for it; nil if it brought none.
    func page(for key: PageKey, from landed: CachedReads.Landed) -> KeptPage? {
        let settings = live.current
        guard !landed.landing.mustAskAgain, let state = landed.landing.state,
            settings.renderer.has(key, in: state)
        else { return nil }
        return landed.pages.page(for: key) {
            newPage(for: key, from: state, settings: settings) { _, _ in }
        }
    }

    /// Lets plain requests for the same target wait for the call too.
    func remember(_ fetch: CachedReads.Fetch, under lease: CallLease, of key: PageKey, call: Call) {
        guard let hot, let target = call.plainTarget, !call.wantsConfirmation, key.place == nil else {
            return
        }
        hot.calls.remember(
            HotCall(
                target: WireBytes(target),
                key: key,
                generation: call.generation,
                fetch: fetch,
                lease: lease
            )
        )
    }

    func remember(_ page: KeptPage, under lease: PageLease, of key: PageKey, call: Call) {
        guard let hot, let target = call.plainTarget, !call.wantsConfirmation else { return }
        let read = HotRead(
            target: WireBytes(target),
            identity: key.dataset.owner,
            page: page,
            lease: lease
        )
        hot.remember(read, generation: call.generation)
    }
}
