internal import Dispatch
internal import Foundation
internal import Glibc
internal import Synchronization

/// Writes lines to one place from one thread of its own, so that nobody ever waits for a terminal or a pipe.
///
/// Submitting takes a lock of the caller's own shard for as long as an append takes. When the place does not
/// take what it is given, the shards fill up; what does not fit is dropped and counted (promise R1).
package final class LogWriter: Sendable {
    /// What is yet to be written; rendered on the writer's thread.
    package enum Entry: Sendable {
        case line([UInt8])
        case exchange(Exchange)
    }

    private struct Shard: Sendable {
        var entries: [Entry] = []
        var dropped = 0
    }

    /// A lock with what waits behind it.
    private final class Queue: Sendable {
        let shard = Mutex(Shard())
    }

    private static let shardCount = 16
    /// How long a line waits at most before the thread looks for it.
    private static let interval = DispatchTimeInterval.milliseconds(20)

    private let queues: [Queue]
    private let capacity: Int
    private let render: @Sendable (Exchange) -> [UInt8]
    private let write: @Sendable ([UInt8]) -> Void
    private let wake = DispatchSemaphore(value: 0)
    private let isStopped = Atomic(false)
    private let submitted = Atomic(0)
    private let written = Atomic(0)

    /// Starts the thread; `stop` ends it.
    ///
    /// `capacity` is the number of entries that may wait, all shards together. `write` is called on the thread
    /// with whole lines and may block for as long as it likes.
    package init(
        capacity: Int = 16_384,
        render: @escaping @Sendable (Exchange) -> [UInt8],
        write: @escaping @Sendable ([UInt8]) -> Void = LogWriter.standardOutput
    ) {
        self.queues = (0..<Self.shardCount).map { _ in Queue() }
        self.capacity = max(1, capacity / Self.shardCount)
        self.render = render
        self.write = write
        Thread.detachNewThread { self.run() }
    }

    /// Queues an entry, or drops and counts it; never waits for the place it goes to.
    package func submit(_ entry: Entry) {
        let index = Int(truncatingIfNeeded: (UInt64(pthread_self()) &* 0x9E37_79B9_7F4A_7C15) >> 60)
        let isQueued = queues[index].shard.withLock { shard in
            guard shard.entries.count < capacity else {
                shard.dropped += 1
                return false
            }
            shard.entries.append(entry)
            return true
        }
        if isQueued { submitted.add(1, ordering: .releasing) }
    }

    /// Lines that did not fit, so far.
    package var dropped: Int {
        queues.reduce(0) { sum, queue in sum + queue.shard.withLock { $0.dropped } }
    }

    /// Returns true once all that was submitted before is written, false when `timeout` has passed.
    @discardableResult
    package func flush(timeout: Duration) -> Bool {
        let target = submitted.load(ordering: .acquiring)
        let deadline = ContinuousClock.now.advanced(by: timeout)
        while written.load(ordering: .acquiring) < target {
            guard ContinuousClock.now < deadline else { return false }
            wake.signal()
            usleep(500)
        }
        return true
    }

    /// Writes what waits, as far as `timeout` allows, and ends the thread.
    package func stop(timeout: Duration) {
        flush(timeout: timeout)
        isStopped.store(true, ordering: .releasing)
        wake.signal()
    }

    /// The descriptor's own buffer is the pipe's: a write blocks when nobody reads, and fails when nobody will.
    package static let standardOutput: @Sendable ([UInt8]) -> Void = { bytes in
        try? FileHandle.standardOutput.write(contentsOf: bytes)
    }

    private func run() {
        while !isStopped.load(ordering: .acquiring) {
            if !writeAll() { _ = wake.wait(timeout: .now() + Self.interval) }
        }
    }

    /// Takes every shard whole and writes its lines at once; false if there was nothing.
    private func writeAll() -> Bool {
        var count = 0
        for queue in queues {
            let entries = queue.shard.withLock { shard in
                let entries = shard.entries
                shard.entries = []
                return entries
            }
            guard !entries.isEmpty else { continue }
            var bytes: [UInt8] = []
            for entry in entries {
                switch entry {
                case .line(let line): bytes += line
                case .exchange(let exchange): bytes += render(exchange)
                }
            }
            write(bytes)
            count += entries.count
            written.add(entries.count, ordering: .releasing)
        }
        return count > 0
    }
}
