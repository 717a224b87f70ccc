import NIOCore
import NIOPosix
import Synchronization

/// The threads that serve connections: one event loop for each core that the process may use.
///
/// Several servers share them, for example the listener for callers and an embedded emulator. Call `shutdown`
/// after the last server has drained.
package final class EventLoops: Sendable {
    let group: MultiThreadedEventLoopGroup
    package let workers: Int

    /// Starts the threads: at least one, at most 1024.
    ///
    /// - Parameter workers: The number of threads; nil means `AvailableCores.count()`.
    package init(workers: Int? = nil) {
        let count = min(max(1, workers ?? AvailableCores.count()), 1024)
        self.workers = count
        group = MultiThreadedEventLoopGroup(numberOfThreads: count)
    }

    /// Returns whether every event loop runs a task within a time.
    package func respond(within time: Duration) async -> Bool {
        let responses = Responses()
        for loop in group.makeIterator() {
            loop.execute { responses.count.add(1, ordering: .relaxed) }
        }
        let deadline = ContinuousClock.now.advanced(by: time)
        while responses.count.load(ordering: .relaxed) < workers {
            guard ContinuousClock.now < deadline, !Task.isCancelled else { return false }
            try? await Task.sleep(for: .milliseconds(1))
        }
        return true
    }

    /// The number of event loops that have responded.
    private final class Responses: Sendable {
        let count = Atomic(0)
    }

    /// Ends the threads; does nothing when called again.
    package func shutdown() async {
        try? await group.shutdownGracefully()
    }
}
