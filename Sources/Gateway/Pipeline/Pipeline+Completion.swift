import CognitoSync
import HTTPTypes
import Messages
import Policy
import Serving

/// The end of a shared call: what each of those who waited for it is answered.
extension Pipeline {
    /// Waits for a call, and answers from what it brought.
    func land(
        _ fetch: CachedReads.Fetch,
        _ key: PageKey,
        as operation: Operation,
        settings: Settings,
        call: Call
    ) async -> Reply {
        var (fetch, call) = (fetch, call)
        // A state that turned out to be another dataset's is asked for anew, once; then the service itself answers.
        for round in 1...2 {
            guard let landed = await fetch.value() else { return hungUp(call) }
            if call.exchange.cache == .lead { call.note(landed.forwarded) }
            do throws(GatewayError) {
                if landed.landing.mustAskAgain, round == 1 {
                    switch try step(key, as: operation, settings: settings, call: &call) {
                    case .answered(let reply): return reply
                    // The first round's place holds for this one.
                    case .waiting(let next, _): fetch = next
                    }
                    continue
                }
                if let reply = try answer(from: landed, key, as: operation, settings: settings, call: call) {
                    return reply
                }
                call.exchange.cache = .pass
                call.cacheStatus = .forwarded(.bypass)
                try admission.admitUpstream(operation, call: &call, now: clock.monotonic())
            } catch {
                return finish(error, of: call)
            }
            break
        }
        if key.place != nil { return finish(.walkEnded, of: call) }
        return await pass(operation, rule: .cached(key), settings: settings, call: call)
    }

    /// The answer that a landed call has for a read; nil if the read has to go to the service by itself.
    private func answer(
        from landed: CachedReads.Landed,
        _ key: PageKey,
        as operation: Operation,
        settings: Settings,
        call: Call
    ) throws(GatewayError) -> Reply? {
        var call = call
        call.note(stored: landed.landing.isStored)
        if let state = landed.landing.state, settings.renderer.has(key, in: state) {
            return try derive(key, from: state, sharing: landed.pages, settings: settings, call: call)
        }
        if let reply = replacement(for: landed, key, settings: settings, call: call) { return reply }
        switch landed.forwarded.result {
        case .failure(let error):
            return finish(error, of: call)
        case .success(let response):
            let concernsAll = response.head.status.code >= 500 || response.head.status.code == 429
            guard landed.isAnswer(to: key) || concernsAll else { return nil }
            return finish(response, of: call)
        }
    }

    /// An older answer in place of an error, where that is allowed.
    ///
    /// Who asks for a confirmed answer would rather have the error (RFC 9111, section 5.2.1.4).
    func replacement(
        for landed: CachedReads.Landed,
        _ key: PageKey,
        settings: Settings,
        call: Call
    ) -> Reply? {
        guard let state = landed.landing.stale, landed.forwarded.mayBeReplaced, !call.wantsConfirmation,
            let page = settings.renderer.render(key, from: state, clock: clock)
        else { return nil }
        var call = call
        call.note(stale: state, because: .staleIfError)
        return finish(page.page.response, of: call)
    }
}

extension CachedReads.Landed {
    /// Whether what the service answered is what it would have answered to this read.
    fileprivate func isAnswer(to key: PageKey) -> Bool {
        guard since == key.since, key.place == nil else { return false }
        guard let page = forwarded.page else { return true }
        return page.nextToken == nil && page.records.count <= key.maxResults ?? .max
    }
}
