import CognitoSync
import Policy

/// The bracket of one forwarded operation.
///
/// Both caches hear of the operation before it leaves, and of its outcome before its caller gets the response: that
/// order is what makes a write visible to the next read. The session closes once, by ``end(with:isSettled:)``; one
/// that is dropped closes with an unknown outcome, so that no entry stays open.
struct WriteSession: ~Copyable {
    private let operation: Operation
    private let rule: CacheRule
    private let pipeline: Pipeline
    private let runtime: Runtime
    private let pendingOperation: RecordsCache.PendingOperation
    private let pendingWrite: MetadataCache.PendingWrite
    private var isOpen = true

    /// Opens the entries of both caches.
    init(_ operation: Operation, rule: CacheRule, in pipeline: Pipeline, runtime: Runtime) {
        self.operation = operation
        self.rule = rule
        self.pipeline = pipeline
        self.runtime = runtime
        pendingOperation = pipeline.recordsCache.started(rule, generation: runtime.generation)
        pendingWrite = pipeline.metadataCache.started(
            operation,
            at: runtime.upstreamTime(pipeline.clock)
        )
    }

    /// Closes the entries with the outcome of the operation itself.
    ///
    /// A conflict shows that the snapshot is out of date: the dataset is revalidated at once.
    /// If `isSettled`, an inquiry has shown the dataset to the records cache since the write was lost.
    consuming func end(with outcome: Forwarded, isSettled: Bool) {
        isOpen = false
        close(with: outcome, isSettled: isSettled)
        if case .changesDataset(let scope) = rule, outcome.isConflict {
            FetchSession.revalidate(scope, in: pipeline, runtime: runtime)
        }
    }

    private func close(with outcome: Forwarded, isSettled: Bool = false) {
        let time = runtime.upstreamTime(pipeline.clock)
        pipeline.metadataCache.ended(pendingWrite, of: operation, with: outcome, at: time)
        pipeline.recordsCache.ended(
            pendingOperation,
            of: operation,
            with: outcome,
            isSettled: isSettled,
            now: pipeline.clock.monotonic()
        )
    }

    deinit {
        if isOpen { close(with: Forwarded(result: .failure(.outcomeUnknown))) }
    }
}
