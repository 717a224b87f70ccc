import NIOCore

/// Runs the jobs of a request's task on the event loop of its connection.
///
/// So a request that waits for the origin is seen by two threads, this one and the one that transfers, and not
/// by a third between them that has to be woken twice. What such a task does between its waits must not block.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
