import CognitoSync
import Policy
import Serving

/// Pages rendered from a state, stored in the table, and remembered by the fast path under their targets.
extension ReadSession {
    /// Responds with a page rendered from a state, with tokens of the runtime in force.
    ///
    /// - Parameter pages: The pages shared by all who wait for one fetch; nil outside a completion.
    /// - Throws: `paginationExpired` if the state has no such page.
    func derive(
        from state: CachedState,
        sharing pages: SharedPages? = nil
    ) throws(GatewayError) -> OutgoingResponse {
        let runtime = pipeline.currentRuntime.value
        let render = { () -> CachedPage? in
            pipeline.newPage(for: key, from: state, carried: carriedToken, runtime: runtime) { page, lease in
                remember(page, under: lease)
            }
        }
        let page =
            if let pages {
                pages.page(for: key, generation: runtime.generation, render: render)
            } else {
                render()
            }
        guard let page else { throw .paginationExpired }
        return pipeline.finish(page, of: context)
    }

    /// Lets plain requests for the same target be answered with the page.
    func remember(_ page: CachedPage, under lease: PageLease) {
        guard let fastPath = pipeline.fastPath, let target = context.plainTarget, !context.wantsRevalidation,
            context.isMemorable
        else { return }
        let read = FastPathPage(
            target: WireBytes(target),
            permit: context.permit,
            identity: key.dataset.owner,
            page: page,
            lease: lease
        )
        fastPath.remember(read, generation: context.generation)
    }

    /// Lets plain requests for the same target wait for the fetch.
    func remember(_ fetch: RecordsCache.Fetch, under lease: FetchLease) {
        guard let fastPath = pipeline.fastPath, let target = context.plainTarget, !context.wantsRevalidation,
            context.isMemorable, key.cursor == nil
        else { return }
        fastPath.fetches.remember(
            FastPathFetch(
                target: WireBytes(target),
                permit: context.permit,
                key: key,
                generation: context.generation,
                fetch: fetch,
                lease: lease
            )
        )
    }
}

extension Pipeline {
    /// Renders a page and offers it to the table.
    ///
    /// - Parameter stored: Called with the page and its lease if the table stores it.
    fileprivate func newPage(
        for key: PageKey,
        from state: CachedState,
        carried: String? = nil,
        runtime: Runtime,
        stored: (CachedPage, PageLease) -> Void
    ) -> CachedPage? {
        guard let rendered = runtime.renderer.render(key, from: state, carried: carried, clock: clock) else {
            return nil
        }
        let now = clock.monotonic()
        if rendered.hasNext {
            recordsCache.paginationStarted(in: state.snapshot, of: key.dataset, now: now)
        }
        let lease = recordsCache.keep(
            rendered.page,
            for: key,
            of: state.snapshot,
            goodUntil: rendered.goodUntil,
            generation: runtime.generation
        )
        if let lease { stored(rendered.page, lease) }
        return rendered.page
    }

    /// Returns the page that a completion holds for a key, the same for all who waited; nil if it holds none.
    func page(for key: PageKey, from completion: RecordsCache.FetchCompletion) -> CachedPage? {
        let runtime = currentRuntime.value
        guard !completion.result.mustAskAgain, let state = completion.result.state,
            runtime.renderer.has(key, in: state)
        else { return nil }
        return completion.pages.page(for: key, generation: runtime.generation) {
            newPage(for: key, from: state, runtime: runtime) { _, _ in }
        }
    }
}
