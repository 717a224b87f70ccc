import CognitoSync
import HTTPTypes
import Messages
import Policy
import Serving

/// ListRecords: from what is held of the dataset, from a call in the air, or by a call of its own.
extension Pipeline {
    /// What the table says about a read, acted upon: an answer, or a call to wait for.
    private enum Step {
        case answered(Reply)
        case waiting(CachedReads.Fetch, Admission.Place?)
    }

    func read(
        _ key: PageKey,
        as operation: Operation,
        settings: Settings,
        call: inout Call
    ) throws(GatewayError) -> Answer {
        switch try step(key, as: operation, settings: settings, call: &call) {
        case .answered(let reply): return .now(reply)
        case .waiting(let fetch, let place):
            return .later { [call] in
                defer { place?.leave() }
                return await land(fetch, key, as: operation, settings: settings, call: call)
            }
        }
    }

    /// The key of a page of a walk that the gateway began; nil for one of the service's.
    func walk(_ request: ListRecords, settings: Settings) throws(GatewayError) -> PageKey? {
        guard let token = request.paging.nextToken else { return nil }
        switch settings.renderer.walks.open(token, of: request.scope) {
        case .foreign:
            return nil
        case .refused:
            throw .invalid(.invalidParameter("NextToken not valid for these inputs"))
        case .place(let place):
            guard place.since == request.lastSyncCount ?? 0 else {
                throw .invalid(.invalidParameter("NextToken not valid for these inputs"))
            }
            return PageKey(request, place: place)
        }
    }

    private func step(
        _ key: PageKey,
        as operation: Operation,
        settings: Settings,
        call: inout Call
    ) throws(GatewayError) -> Step {
        let now = clock.monotonic()
        switch reads.lookUp(key, confirm: call.wantsConfirmation, now: now) {
        case .hit(let page):
            call.note(hit: page)
            remember(page.page, under: page.lease, of: key, call: call)
            return .answered(finish(page.page.response, of: call))
        case .derive(let state):
            call.note(derivedFrom: state)
            return .answered(try derive(key, from: state, settings: settings, call: call))
        case .stale(let state, let leading):
            call.note(stale: state, because: .staleWhileRevalidate)
            if let (ticket, fetch) = leading { launch(ticket, fetch, settings: settings, call: call) }
            return .answered(try derive(key, from: state, settings: settings, call: call))
        case .gone:
            throw .walkEnded
        case .wait(let fetch):
            call.noteJoined()
            return .waiting(fetch, try enter(for: .wait))
        case .lead(let ticket, let fetch):
            call.note(leading: ticket.errand)
            do throws(GatewayError) {
                let place = try enter(for: .forward)
                try admission.admitUpstream(operation, call: &call, now: now)
                launch(ticket, fetch, settings: settings, holding: place)
                return .waiting(fetch, nil)
            } catch {
                return .answered(refuse(ticket, fetch, because: error, key, settings: settings, call: call))
            }
        }
    }

    /// Carries out a shared call.
    ///
    /// The task is nobody's request: those who wait may leave, it goes on, and keeps the place among the requests
    /// in flight of the one that started it. It ends with the forwarder's deadline at the latest.
    private func launch(
        _ ticket: Ticket,
        _ fetch: CachedReads.Fetch,
        settings: Settings,
        holding place: Admission.Place
    ) {
        let errand = DatasetErrand(forwarder: settings.forwarder, dataset: ticket.dataset)
        Task.immediate(executorPreference: executor) {
            let (finding, forwarded) = await errand.run(ticket.errand)
            let landed = reads.complete(ticket, with: finding, from: forwarded, now: clock.monotonic())
            if let outcome = landed.landing.revalidation {
                telemetry.metrics.count(.revalidated(RevalidationOutcome(outcome)))
            }
            place.leave()
            fetch.land(landed)
        }
    }

    /// A call that nobody waits for, if there is room for one.
    private func launch(_ ticket: Ticket, _ fetch: CachedReads.Fetch, settings: Settings, call: Call) {
        do throws(GatewayError) {
            var call = call
            let place = try enter(for: .forward)
            let operation = Operation.listRecords(ListRecords(scope: ticket.dataset))
            try admission.admitUpstream(operation, call: &call, now: clock.monotonic())
            launch(ticket, fetch, settings: settings, holding: place)
        } catch {
            _ = refuse(ticket, fetch, because: error)
        }
    }

    /// Confirms what is held of a dataset that is known to be out of date.
    func confirm(_ scope: DatasetScope, settings: Settings) {
        guard let (ticket, fetch) = reads.confirmation(of: scope, now: clock.monotonic()) else { return }
        do throws(GatewayError) {
            launch(ticket, fetch, settings: settings, holding: try enter(for: .forward))
        } catch {
            _ = refuse(ticket, fetch, because: error)
        }
    }

    private func refuse(
        _ ticket: Ticket,
        _ fetch: CachedReads.Fetch,
        because error: GatewayError
    ) -> CachedReads.Landed {
        let forwarded = Forwarded(result: .failure(error))
        let landed = reads.complete(ticket, with: .failed, from: forwarded, now: clock.monotonic())
        fetch.land(landed)
        return landed
    }

    private func refuse(
        _ ticket: Ticket,
        _ fetch: CachedReads.Fetch,
        because error: GatewayError,
        _ key: PageKey,
        settings: Settings,
        call: Call
    ) -> Reply {
        let landed = refuse(ticket, fetch, because: error)
        return replacement(for: landed, key, settings: settings, call: call) ?? finish(error, of: call)
    }

    /// A page from a held state, offered to the table; one for all who wait for the same call.
    private func derive(
        _ key: PageKey,
        from state: HeldState,
        sharing pages: SharedPages? = nil,
        settings: Settings,
        call: Call
    ) throws(GatewayError) -> Reply {
        let render = { () -> KeptPage? in
            guard let page = settings.renderer.render(key, from: state, clock: clock) else { return nil }
            if page.hasNext { reads.walkBegan(in: state.copy, of: key.dataset, now: clock.monotonic()) }
            if let lease = reads.keep(page.page, for: key, of: state.copy, goodUntil: page.goodUntil) {
                remember(page.page, under: lease, of: key, call: call)
            }
            return page.page
        }
        let page = if let pages { pages.page(for: key, render: render) } else { render() }
        guard let page else { throw .walkEnded }
        return finish(page.response, of: call)
    }

    private func remember(_ page: KeptPage, under lease: PageLease, of key: PageKey, call: Call) {
        guard let hot, let target = call.plainTarget, !call.wantsConfirmation else { return }
        let read = HotRead(
            target: WireBytes(target),
            identity: key.dataset.owner,
            page: page,
            lease: lease
        )
        hot.remember(read, generation: call.generation)
    }

    /// Waits for a call, and answers from what it brought.
    private func land(
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
    private func replacement(
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

extension RevalidationOutcome {
    fileprivate init(_ outcome: Revalidation) {
        self =
            switch outcome {
            case .unchanged: .unchanged
            case .changed: .changed
            case .failed: .failed
            }
    }
}
