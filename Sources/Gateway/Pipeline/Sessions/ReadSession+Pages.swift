import CognitoSync
import Messages
import Policy
import Serving

/// Pages of held states: made, offered to the table, and known by their targets from then on.
extension Pipeline {
    /// Answers with a page from a held state; one for all who wait for the same call.
    func derive(
        _ key: PageKey,
        from state: CachedState,
        sharing pages: SharedPages? = nil,
        runtime: Runtime,
        context: RequestContext
    ) throws(GatewayError) -> OutgoingResponse {
        let render = { () -> CachedPage? in
            newPage(for: key, from: state, runtime: runtime) {
                remember($0, under: $1, of: key, context: context)
            }
        }
        let page = if let pages { pages.page(for: key, render: render) } else { render() }
        guard let page else { throw .paginationExpired }
        return finish(page.response, of: context)
    }

    /// A page from a held state, offered to the table.
    private func newPage(
        for key: PageKey,
        from state: CachedState,
        runtime: Runtime,
        cached: (CachedPage, PageLease) -> Void
    ) -> CachedPage? {
        guard let page = runtime.renderer.render(key, from: state, clock: clock) else { return nil }
        if page.hasNext {
            reads.paginationStarted(in: state.snapshot, of: key.dataset, now: clock.monotonic())
        }
        if let lease = reads.keep(page.page, for: key, of: state.snapshot, goodUntil: page.goodUntil) {
            cached(page.page, lease)
        }
        return page.page
    }

    /// The page of the state that a call brought, the same for all who waited for it; nil if it brought none.
    func page(for key: PageKey, from completion: RecordsCache.FetchCompletion) -> CachedPage? {
        let runtime = currentRuntime.value
        guard !completion.result.mustAskAgain, let state = completion.result.state,
            runtime.renderer.has(key, in: state)
        else { return nil }
        return completion.pages.page(for: key) {
            newPage(for: key, from: state, runtime: runtime) { _, _ in }
        }
    }

    /// Lets plain requests for the same target wait for the call too.
    func remember(
        _ fetch: RecordsCache.Fetch,
        under lease: FetchLease,
        of key: PageKey,
        context: RequestContext
    ) {
        guard let fastPath, let target = context.plainTarget, !context.wantsRevalidation, key.cursor == nil
        else {
            return
        }
        fastPath.fetches.remember(
            FastPathFetch(
                target: WireBytes(target),
                key: key,
                generation: context.generation,
                fetch: fetch,
                lease: lease
            )
        )
    }

    func remember(_ page: CachedPage, under lease: PageLease, of key: PageKey, context: RequestContext) {
        guard let fastPath, let target = context.plainTarget, !context.wantsRevalidation else { return }
        let read = FastPathPage(
            target: WireBytes(target),
            identity: key.dataset.owner,
            page: page,
            lease: lease
        )
        fastPath.remember(read, generation: context.generation)
    }
}
