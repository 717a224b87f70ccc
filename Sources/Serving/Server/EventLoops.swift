import NIOCore
import NIOPosix

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

    /// Ends the threads; does nothing when called again.
    package func shutdown() async {
        try? await group.shutdownGracefully()
    }
}
