import NIOCore

/// Runs the jobs of a request's task on the event loop of its connection.
///
/// So a request that waits for the origin is seen by two threads, this one and the one that transfers, and not
/// by a third between them that has to be woken twice. What such a task does between its waits must not block.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop
    private let recordLag: @Sendable (Duration) -> Void

    /// `recordLag` is told how long each job that another thread made ready had to wait for the event loop.
    init(_ loop: any EventLoop, recordLag: @escaping @Sendable (Duration) -> Void) {
        self.loop = loop
        self.recordLag = recordLag
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let ready = loop.inEventLoop ? nil : ContinuousClock.now
        loop.execute {
            if let ready { self.recordLag(ready.duration(to: .now)) }
            unsafe job.runSynchronously(on: self.asUnownedTaskExecutor())
        }
    }
}
