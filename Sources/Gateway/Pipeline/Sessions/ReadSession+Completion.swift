import CognitoSync
import HTTPTypes
import Messages
import Policy
import Serving

/// The end of a shared call: what each of those who waited for it is answered.
extension Pipeline {
    /// Waits for a call, and answers from what it brought.
    func complete(
        _ fetch: RecordsCache.Fetch,
        _ key: PageKey,
        as operation: Operation,
        runtime: Runtime,
        context: RequestContext
    ) async -> OutgoingResponse {
        var (fetch, context) = (fetch, context)
        // A state that turned out to be another dataset's is asked for anew, once; then the service itself answers.
        for round in 1...2 {
            guard let completion = await fetch.value() else { return hungUp(context) }
            if context.record.cache == .lead { context.recordForward(completion.forwarded) }
            do throws(GatewayError) {
                if completion.result.mustAskAgain, round == 1 {
                    switch try step(key, as: operation, runtime: runtime, context: &context) {
                    case .answered(let reply): return reply
                    // The first round's place holds for this one.
                    case .waiting(let next, _): fetch = next
                    }
                    continue
                }
                if let reply = try answer(
                    from: completion,
                    key,
                    as: operation,
                    runtime: runtime,
                    context: context
                ) {
                    return reply
                }
                context.record.cache = .pass
                context.cacheStatus = .forwarded(.bypass)
                try admission.admitUpstream(operation, context: &context, now: clock.monotonic())
            } catch {
                return finish(error, of: context)
            }
            break
        }
        if key.cursor != nil { return finish(.paginationExpired, of: context) }
        return await pass(operation, rule: .cached(key), runtime: runtime, context: context)
    }

    /// The answer that a landed call has for a read; nil if the read has to go to the service by itself.
    private func answer(
        from completion: RecordsCache.FetchCompletion,
        _ key: PageKey,
        as operation: Operation,
        runtime: Runtime,
        context: RequestContext
    ) throws(GatewayError) -> OutgoingResponse? {
        var context = context
        context.recordStored(completion.result.isStored)
        if let state = completion.result.state, runtime.renderer.has(key, in: state) {
            return try derive(key, from: state, sharing: completion.pages, runtime: runtime, context: context)
        }
        if let reply = replacement(for: completion, key, runtime: runtime, context: context) { return reply }
        switch completion.forwarded.result {
        case .failure(let error):
            return finish(error, of: context)
        case .success(let response):
            let concernsAll = response.head.status.code >= 500 || response.head.status.code == 429
            guard completion.isAnswer(to: key) || concernsAll else { return nil }
            return finish(response, of: context)
        }
    }

    /// An older answer in place of an error, where that is allowed.
    ///
    /// Who asks for a confirmed answer would rather have the error (RFC 9111, section 5.2.1.4).
    func replacement(
        for completion: RecordsCache.FetchCompletion,
        _ key: PageKey,
        runtime: Runtime,
        context: RequestContext
    ) -> OutgoingResponse? {
        guard let state = completion.result.stale, completion.forwarded.mayBeReplaced,
            !context.wantsRevalidation,
            let page = runtime.renderer.render(key, from: state, clock: clock)
        else { return nil }
        var context = context
        context.recordStale(state, because: .staleIfError)
        return finish(page.page.response, of: context)
    }
}

extension RecordsCache.FetchCompletion {
    /// Whether what the service answered is what it would have answered to this read.
    fileprivate func isAnswer(to key: PageKey) -> Bool {
        guard since == key.since, key.cursor == nil else { return false }
        guard let page = forwarded.page else { return true }
        return page.nextToken == nil && page.records.count <= key.maxResults ?? .max
    }
}
