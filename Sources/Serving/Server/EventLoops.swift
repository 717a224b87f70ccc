import NIOCore
import NIOPosix

/// The threads that serve connections: one event loop for each core that the process may run on.
///
/// Servers share them (the gateway's listener, the admin listener, an emulator inside). `shutdown` comes after
/// the last server has drained.
package final class EventLoops: Sendable {
    let group: MultiThreadedEventLoopGroup
    package let workers: Int

    /// Starts `workers` threads, at least one; nil means `AvailableCores.count`.
    package init(workers: Int? = nil) {
        let count = min(max(1, workers ?? AvailableCores.count()), 1024)
        self.workers = count
        group = MultiThreadedEventLoopGroup(numberOfThreads: count)
    }

    /// Ends the threads; a second call does nothing.
    package func shutdown() async {
        try? await group.shutdownGracefully()
    }
}
