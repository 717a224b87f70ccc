import CognitoSync
import Messages
import Policy
import Serving

/// The reads beside ListRecords: from their table, from a fetch in the air, or by a fetch of their own.
extension Pipeline {
    /// The answer to a read that is kept for a while, or to a write whose refusal is known; nil: to be forwarded.
    func respondFromMetadata(
        _ operation: Operation,
        runtime: Runtime,
        context: inout RequestContext
    ) throws(GatewayError) -> PendingResponse? {
        if let refused = refuseBulkPublish(operation, runtime: runtime, context: context) {
            return .now(refused)
        }
        guard let key = MetadataKey(operation),
            runtime.configuration.cache.reads.lifetime(of: key.operation) > .zero
        else { return nil }
        let now = clock.monotonic()
        switch metadataCache.lookUp(key, revalidate: context.wantsRevalidation, now: now) {
        case .hit(let cached):
            context.record.cache = .hit
            context.record.age = cached.age / 1_000_000_000
            context.cacheStatus = .hit(timeToLive: cached.timeToLive)
            return .now(finish(cached.response, of: context))
        case .wait(let fetch):
            context.recordJoin()
            let slot = try acquire(for: .wait)
            return .later { [context] in
                defer { slot.release() }
                return await complete(fetch, context: context)
            }
        case .lead(let ticket, let fetch):
            context.record.cache = .lead
            context.cacheStatus = .forwarded(context.wantsRevalidation ? .request : .uriMiss)
            let slot: Admission.InFlightSlot
            do throws(GatewayError) {
                slot = try acquire(for: .forward)
                try admission.admitUpstream(operation, context: &context, now: now)
            } catch {
                fetch.complete(
                    metadataCache.complete(ticket, with: Forwarded(result: .failure(error)), now: now)
                )
                throw error
            }
            launch(operation, ticket: ticket, fetch: fetch, runtime: runtime, holding: slot)
            return .later { [context] in await complete(fetch, context: context) }
        }
    }

    /// The origin's time in seconds since 1970, as far as it is known.
    func upstreamTime(_ runtime: Runtime) -> Int64 {
        clock.wall() / 1_000_000_000 &+ runtime.forwarder.clockSkew
    }

    /// Runs a shared fetch, which is nobody's request: those who wait may leave, it goes on, and ends with the
    /// forwarder's deadline at the latest.
    private func launch(
        _ operation: Operation,
        ticket: MetadataFetchToken,
        fetch: MetadataCache.Fetch,
        runtime: Runtime,
        holding slot: Admission.InFlightSlot
    ) {
        Task.immediate(executorPreference: executor) {
            // DescribeDataset tells the table of the records whether the dataset exists.
            let pending = reads.started(CacheRule(for: operation), now: clock.monotonic())
            let forwarded = await runtime.forwarder.forward(operation)
            reads.ended(pending, of: operation, with: forwarded, now: clock.monotonic())
            metadataCache.learn(from: forwarded, to: operation, at: upstreamTime(runtime))
            let completion = metadataCache.complete(ticket, with: forwarded, now: clock.monotonic())
            slot.release()
            fetch.complete(completion)
        }
    }

    private func complete(_ fetch: MetadataCache.Fetch, context: RequestContext) async -> OutgoingResponse {
        var context = context
        guard let completion = await fetch.value() else { return hungUp(context) }
        if context.record.cache == .lead { context.recordForward(completion.forwarded) }
        context.recordStored(completion.isStored)
        return finish(completion.forwarded.result, of: context)
    }

    /// What AWS would answer to a bulk publish within 24 hours of a success, where that is certain.
    ///
    /// Who asks for a confirmed answer is told by AWS itself.
    private func refuseBulkPublish(
        _ operation: Operation,
        runtime: Runtime,
        context: RequestContext
    ) -> OutgoingResponse? {
        guard case .bulkPublish(let pool) = operation, !context.wantsRevalidation,
            let seconds = metadataCache.refusal(of: pool, at: upstreamTime(runtime))
        else { return nil }
        var context = context
        context.record.cache = .hit
        context.cacheStatus = .hit(timeToLive: seconds * 1_000_000_000)
        let error = APIError.alreadyStreamed(
            "Identity pool \(pool.text) was published successfully less than 24 hours ago"
        )
        let response = error.response(form: context.form)
        // It is in the caller's form already.
        context.form = .rest
        return finish(response, of: context)
    }
}
