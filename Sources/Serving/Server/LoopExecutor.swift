import NIOCore

/// An executor that runs the task of a request on the event loop of its connection.
///
/// A request that waits for upstream thus uses two threads: the event loop and the thread that transfers. A
/// third one between them would have to be woken twice. Such a task must not block between its suspensions.
final class LoopExecutor: TaskExecutor {
    private let loop: any EventLoop
    private let recordLag: @Sendable (Duration) -> Void

    /// Makes the executor of an event loop.
    ///
    /// - Parameter recordLag: Receives the time that each job from another thread waited for the event loop.
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
