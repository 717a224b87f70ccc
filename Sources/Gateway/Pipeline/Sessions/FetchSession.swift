import CognitoSync
import Policy
import Telemetry

/// The bracket of one shared fetch of the records cache, from the token of the table to its completion.
///
/// The fetch belongs to no request: a caller that hangs up harms no other. Each way out completes it exactly once:
/// ``run(_:_:holding:in:runtime:)`` in a task of its own, ``refuse(because:)`` without a request upstream. The
/// deadline of the forwarder ends the task.
struct FetchSession: ~Copyable {
    private let token: FetchToken
    private let fetch: RecordsCache.Fetch
    private let pipeline: Pipeline

    init(_ token: FetchToken, _ fetch: RecordsCache.Fetch, in pipeline: Pipeline) {
        self.token = token
        self.fetch = fetch
        self.pipeline = pipeline
    }

    /// Starts the fetch, or completes it with the error that keeps it from starting.
    ///
    /// - Parameter context: The request that pays for the fetch.
    /// - Returns: The refusal of a fetch that did not start, otherwise nil.
    consuming func start(
        for operation: Operation,
        charging context: inout RequestContext
    ) -> (error: GatewayError, completion: RecordsCache.FetchCompletion)? {
        do throws(GatewayError) {
            let slot = try pipeline.acquire(for: .forward, of: operation.name, by: context.known)
            let now = pipeline.clock.monotonic()
            try pipeline.admission.admitUpstream(operation, context: &context, now: now)
            Self.run(token, fetch, holding: slot, in: pipeline, runtime: context.runtime)
            return nil
        } catch {
            return (error, refuse(because: error))
        }
    }

    /// Revalidates the snapshot of a dataset that is known to be out of date, unless that is under way.
    static func revalidate(_ scope: DatasetScope, in pipeline: Pipeline, runtime: Runtime) {
        let now = pipeline.clock.monotonic()
        let revalidation = pipeline.recordsCache.revalidation(
            of: scope,
            generation: runtime.generation,
            now: now
        )
        guard let (token, fetch) = revalidation else { return }
        do throws(GatewayError) {
            let slot = try pipeline.acquire(for: .forward)
            try pipeline.admitUpstream(.listRecords(ListRecords(scope: scope)), now: now)
            run(token, fetch, holding: slot, in: pipeline, runtime: runtime)
        } catch {
            _ = FetchSession(token, fetch, in: pipeline).refuse(because: error)
        }
    }

    /// Carries out a fetch in a task, which keeps the slot of the request that started it.
    private static func run(
        _ token: FetchToken,
        _ fetch: RecordsCache.Fetch,
        holding slot: InFlightSlot,
        in pipeline: Pipeline,
        runtime: Runtime
    ) {
        let fetcher = DatasetFetcher(forwarder: runtime.forwarder, dataset: token.dataset)
        Task.immediate(executorPreference: pipeline.executor) {
            let session = FetchSession(token, fetch, in: pipeline)
            let (outcome, forwarded) = await fetcher.run(token.plan)
            let completion = session.close(with: outcome, from: forwarded)
            if let revalidation = completion.result.revalidation {
                pipeline.reporter.metrics.count(.revalidated(RevalidationOutcome(revalidation)))
            }
            slot.release()
            session.complete(completion)
        }
    }

    private consuming func refuse(because error: GatewayError) -> RecordsCache.FetchCompletion {
        let completion = close(with: .failed, from: Forwarded(result: .failure(error)))
        complete(completion)
        return completion
    }

    /// Returns the token to the table with the outcome.
    private func close(with outcome: FetchOutcome, from forwarded: Forwarded) -> RecordsCache.FetchCompletion
    {
        let now = pipeline.clock.monotonic()
        return pipeline.recordsCache.complete(token, with: outcome, from: forwarded, now: now)
    }

    /// Hands the completion to all who wait, and wakes the reads whose turn has come.
    private consuming func complete(_ completion: RecordsCache.FetchCompletion) {
        fetch.complete(completion)
        let now = pipeline.clock.monotonic()
        pipeline.recordsCache.nextTurn(of: token.dataset, now: now)?.complete(completion)
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
