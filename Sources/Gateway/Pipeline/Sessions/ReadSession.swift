import CognitoSync
import HTTPTypes
import Messages
import Policy
import Serving

/// ListRecords: from what is held of the dataset, from a call in the air, or by a call of its own.
extension Pipeline {
    /// What the table says about a read, acted upon: an answer, or a call to wait for.
    enum Step {
        case answered(OutgoingResponse)
        case waiting(RecordsCache.Fetch, Admission.InFlightSlot?)
    }

    func read(
        _ key: PageKey,
        as operation: Operation,
        runtime: Runtime,
        context: inout RequestContext
    ) throws(GatewayError) -> PendingResponse {
        let next: Step
        if let joined = context.joined {
            context.recordJoin()
            next = .waiting(joined.fetch, joined.slot)
        } else {
            next = try step(key, as: operation, runtime: runtime, context: &context)
        }
        switch next {
        case .answered(let reply): return .now(reply)
        case .waiting(let fetch, let slot):
            return .later { [context] in
                defer { slot?.release() }
                return await complete(fetch, key, as: operation, runtime: runtime, context: context)
            }
        }
    }

    /// The key of a page of a walk that the gateway began; nil for one of the service's.
    func pagination(_ request: ListRecords, runtime: Runtime) throws(GatewayError) -> PageKey? {
        guard let token = request.paging.nextToken else { return nil }
        switch runtime.renderer.walks.open(token, of: request.scope) {
        case .foreign:
            return nil
        case .refused:
            throw .invalid(.invalidParameter("NextToken not valid for these inputs"))
        case .cursor(let cursor):
            guard cursor.since == request.lastSyncCount ?? 0 else {
                throw .invalid(.invalidParameter("NextToken not valid for these inputs"))
            }
            return PageKey(request, cursor: cursor)
        }
    }

    func step(
        _ key: PageKey,
        as operation: Operation,
        runtime: Runtime,
        context: inout RequestContext
    ) throws(GatewayError) -> Step {
        let now = clock.monotonic()
        switch reads.lookUp(key, revalidate: context.wantsRevalidation, now: now) {
        case .hit(let page):
            context.recordHit(page)
            remember(page.page, under: page.lease, of: key, context: context)
            return .answered(finish(page.page.response, of: context))
        case .derive(let state):
            context.recordDerived(from: state)
            return .answered(try derive(key, from: state, runtime: runtime, context: context))
        case .stale(let state, let leading):
            context.recordStale(state, because: .staleWhileRevalidate)
            if let (ticket, fetch) = leading { launch(ticket, fetch, runtime: runtime, context: context) }
            return .answered(try derive(key, from: state, runtime: runtime, context: context))
        case .gone:
            throw .paginationExpired
        case .wait(let fetch, let lease):
            context.recordJoin()
            remember(fetch, under: lease, of: key, context: context)
            return .waiting(fetch, try acquire(for: .wait))
        case .lead(let ticket, let fetch):
            context.recordLead(ticket.plan)
            do throws(GatewayError) {
                let slot = try acquire(for: .forward)
                try admission.admitUpstream(operation, context: &context, now: now)
                launch(ticket, fetch, runtime: runtime, holding: slot)
                remember(fetch, under: ticket.lease, of: key, context: context)
                return .waiting(fetch, nil)
            } catch {
                return .answered(
                    refuse(ticket, fetch, because: error, key, runtime: runtime, context: context)
                )
            }
        }
    }

    /// Carries out a shared call.
    ///
    /// The task is nobody's request: those who wait may leave, it goes on, and keeps the place among the requests
    /// in flight of the one that started it. It ends with the forwarder's deadline at the latest.
    private func launch(
        _ ticket: FetchToken,
        _ fetch: RecordsCache.Fetch,
        runtime: Runtime,
        holding slot: Admission.InFlightSlot
    ) {
        let errand = DatasetFetcher(forwarder: runtime.forwarder, dataset: ticket.dataset)
        Task.immediate(executorPreference: executor) {
            let (finding, forwarded) = await errand.run(ticket.plan)
            let completion = reads.complete(ticket, with: finding, from: forwarded, now: clock.monotonic())
            if let outcome = completion.result.revalidation {
                telemetry.metrics.count(.revalidated(RevalidationOutcome(outcome)))
            }
            slot.release()
            fetch.complete(completion)
        }
    }

    /// A call that nobody waits for, if there is room for one.
    private func launch(
        _ ticket: FetchToken,
        _ fetch: RecordsCache.Fetch,
        runtime: Runtime,
        context: RequestContext
    ) {
        do throws(GatewayError) {
            var context = context
            let slot = try acquire(for: .forward)
            let operation = Operation.listRecords(ListRecords(scope: ticket.dataset))
            try admission.admitUpstream(operation, context: &context, now: clock.monotonic())
            launch(ticket, fetch, runtime: runtime, holding: slot)
        } catch {
            _ = refuse(ticket, fetch, because: error)
        }
    }

    /// Confirms what is held of a dataset that is known to be out of date.
    func revalidate(_ scope: DatasetScope, runtime: Runtime) {
        guard let (ticket, fetch) = reads.revalidation(of: scope, now: clock.monotonic()) else { return }
        do throws(GatewayError) {
            launch(ticket, fetch, runtime: runtime, holding: try acquire(for: .forward))
        } catch {
            _ = refuse(ticket, fetch, because: error)
        }
    }

    private func refuse(
        _ ticket: FetchToken,
        _ fetch: RecordsCache.Fetch,
        because error: GatewayError
    ) -> RecordsCache.FetchCompletion {
        let forwarded = Forwarded(result: .failure(error))
        let completion = reads.complete(ticket, with: .failed, from: forwarded, now: clock.monotonic())
        fetch.complete(completion)
        return completion
    }

    private func refuse(
        _ ticket: FetchToken,
        _ fetch: RecordsCache.Fetch,
        because error: GatewayError,
        _ key: PageKey,
        runtime: Runtime,
        context: RequestContext
    ) -> OutgoingResponse {
        let completion = refuse(ticket, fetch, because: error)
        return replacement(for: completion, key, runtime: runtime, context: context)
            ?? finish(error, of: context)
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
