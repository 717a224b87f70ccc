import CognitoSync
import GatewayConfiguration
import Messages
import Policy
import Serving
import Telemetry

/// A read of the eight beside ListRecords: from its cache, from a fetch under way, or by a fetch of its own.
struct MetadataSession: Sendable {
    private let pipeline: Pipeline
    private let key: MetadataKey
    private let operation: Operation
    private var context: RequestContext
    /// The turn of a read that asks for a confirmed response, once it had to wait for one.
    private var turn: ConfirmationTurn?

    /// Returns nil for an operation that the configuration keeps no responses of.
    init?(_ operation: Operation, in pipeline: Pipeline, context: RequestContext) {
        guard let key = MetadataKey(operation),
            context.runtime.configuration.cache.reads.lifetime(of: key.operation) > .zero
        else { return nil }
        self.key = key
        self.operation = operation
        self.pipeline = pipeline
        self.context = context
    }

    consuming func begin() -> PendingResponse {
        do throws(GatewayError) {
            return try step()
        } catch {
            return .now(pipeline.finish(error, of: context))
        }
    }

    private mutating func step() throws(GatewayError) -> PendingResponse {
        let now = pipeline.clock.monotonic()
        if context.wantsCachedOnly, !pipeline.metadataCache.isCached(key, now: now) { throw .notCached }
        let lookup = pipeline.metadataCache.lookUp(
            key,
            revalidate: context.wantsRevalidation,
            turn: turn,
            generation: context.generation,
            now: now
        )
        switch lookup {
        case .hit(let cached):
            if turn == nil {
                context.recordHit(age: cached.age, timeToLive: cached.timeToLive)
            } else {
                context.recordJoin()
            }
            return .now(pipeline.finish(cached.response, of: context))
        case .wait(let fetch):
            context.recordJoin()
            let slot = try pipeline.acquire(for: .wait, by: context.known)
            return .later { [self] in
                defer { slot.release() }
                return await response(after: fetch)
            }
        case .queue(let signal, let turn):
            context.recordJoin()
            self.turn = turn
            let slot = try pipeline.acquire(for: .wait, by: context.known)
            return .later { [self] in await response(inTurnAfter: signal, holding: slot) }
        case .lead(let token, let fetch):
            context.recordLead()
            try start(token, fetch, now: now)
            return .later { [self] in await response(after: fetch) }
        }
    }

    /// Starts a shared fetch, or completes it with the error that keeps it from starting.
    private mutating func start(
        _ token: MetadataFetchToken,
        _ fetch: MetadataCache.Fetch,
        now: Instant
    ) throws(GatewayError) {
        do throws(GatewayError) {
            let slot = try pipeline.acquire(for: .forward, by: context.known)
            try pipeline.admission.admitUpstream(operation, context: &context, now: now)
            run(token, fetch, holding: slot)
        } catch {
            let forwarded = Forwarded(result: .failure(error))
            let completion = pipeline.metadataCache.complete(token, with: forwarded, now: now)
            pipeline.metadataCache.hand(completion, to: fetch, of: token.key, now: now)
            throw error
        }
    }

    /// Carries out a shared fetch in a task.
    ///
    /// The fetch belongs to no request; the deadline of the forwarder ends it.
    private func run(
        _ token: MetadataFetchToken,
        _ fetch: MetadataCache.Fetch,
        holding slot: InFlightSlot
    ) {
        let (pipeline, operation, runtime) = (pipeline, operation, context.runtime)
        Task.immediate(executorPreference: pipeline.executor) {
            let (records, metadata, clock) = (pipeline.recordsCache, pipeline.metadataCache, pipeline.clock)
            // DescribeDataset tells the records cache whether the dataset exists.
            let pending = records.started(CacheRule(for: operation), generation: runtime.generation)
            let forwarder = runtime.forwarder
            let forwarded = await forwarder.forward(operation, by: forwarder.deadline(), as: .admitted)
            records.ended(pending, of: operation, with: forwarded, now: clock.monotonic())
            metadata.learn(from: forwarded, to: operation, at: runtime.upstreamTime(clock))
            let completion = metadata.complete(token, with: forwarded, now: clock.monotonic())
            slot.release()
            metadata.hand(completion, to: fetch, of: token.key, now: clock.monotonic())
        }
    }

    /// Waits for the turn of the read, and asks again; a failure of upstream is its response too.
    private func response(
        inTurnAfter signal: MetadataCache.Fetch,
        holding slot: InFlightSlot
    ) async -> OutgoingResponse {
        var session = self
        let completion = await signal.value()
        slot.release()
        guard let completion else { return pipeline.hungUp(context) }
        guard !completion.forwarded.mayBeReplaced else {
            return pipeline.finish(completion.forwarded.result, of: context)
        }
        do throws(GatewayError) {
            session.context.renew(under: pipeline.currentRuntime)
            switch try session.step() {
            case .now(let response): return response
            case .later(let respond): return await respond()
            }
        } catch {
            return pipeline.finish(error, of: session.context)
        }
    }

    private func response(after fetch: MetadataCache.Fetch) async -> OutgoingResponse {
        var context = context
        guard let completion = await fetch.value() else { return pipeline.hungUp(context) }
        if context.record.cache == .lead { context.recordForward(completion.forwarded) }
        context.recordStored(completion.isStored)
        return pipeline.finish(completion.forwarded.result, of: context)
    }
}

extension Pipeline {
    /// Returns the response of AWS to a bulk publish within 24 hours of a success, where that is certain.
    ///
    /// A caller that asks for a revalidated response hears it from AWS.
    func knownRefusal(of operation: Operation, context: RequestContext) -> OutgoingResponse? {
        guard case .bulkPublish(let pool) = operation, !context.wantsRevalidation,
            let seconds = metadataCache.refusal(of: pool, at: context.runtime.upstreamTime(clock))
        else { return nil }
        var context = context
        context.recordHit(age: nil, timeToLive: seconds * 1_000_000_000)
        let error = APIError.alreadyStreamed(
            "Identity pool \(pool.text) was published successfully less than 24 hours ago"
        )
        let response = error.response(form: context.form)
        // It is in the caller's form already.
        context.form = .rest
        return finish(response, of: context)
    }
}
