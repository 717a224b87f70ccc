import CognitoSync
import HTTPTypes
import Messages
import Policy
import Serving

/// ListRecords: from what is held of the dataset, from a call in the air, or by a call of its own.
extension Pipeline {
    /// What the table says about a read, acted upon: an answer, or a call to wait for.
    enum Step {
        case answered(Reply)
        case waiting(CachedReads.Fetch, Admission.Place?)
    }

    func read(
        _ key: PageKey,
        as operation: Operation,
        settings: Settings,
        call: inout Call
    ) throws(GatewayError) -> Answer {
        let next: Step
        if let joined = call.joined {
            call.noteJoined()
            next = .waiting(joined.fetch, joined.place)
        } else {
            next = try step(key, as: operation, settings: settings, call: &call)
        }
        switch next {
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

    func step(
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
        case .wait(let fetch, let lease):
            call.noteJoined()
            remember(fetch, under: lease, of: key, call: call)
            return .waiting(fetch, try enter(for: .wait))
        case .lead(let ticket, let fetch):
            call.note(leading: ticket.errand)
            do throws(GatewayError) {
                let place = try enter(for: .forward)
                try admission.admitUpstream(operation, call: &call, now: now)
                launch(ticket, fetch, settings: settings, holding: place)
                remember(fetch, under: ticket.lease, of: key, call: call)
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
