internal import Dispatch
internal import Foundation
internal import Glibc
internal import Synchronization

/// A writer of lines with a thread of its own, so that no request waits for a terminal or a pipe.
///
/// Submitting an entry takes the lock of one shard for as long as an append takes. While the output takes no bytes,
/// entries wait up to a bound. Entries beyond the bound are dropped and counted (promise R1). The lines of one
/// thread keep their order. Lines of different threads may change their order within a moment.
package final class LogWriter: Sendable {
    /// A line that is yet to be written, or a record to render on the thread of the writer.
    package enum Entry: Sendable {
        case line([UInt8])
        case record(RequestRecord)
    }

    /// The entries of one shard that wait, behind a lock.
    private final class Queue: Sendable {
        let entries = Mutex<[Entry]>([])
    }

    private static let shardCount = 16
    /// The number of entries in a shard that wakes the thread at once.
    private static let wakeCount = 256
    /// The longest time that a line waits before the thread looks for it.
    private static let interval = DispatchTimeInterval.milliseconds(20)

    private let queues: [Queue]
    private let capacity: Int
    private let render: @Sendable (RequestRecord) -> [UInt8]
    private let output: LogOutput
    private let wake = DispatchSemaphore(value: 0)
    private let isStopped = Atomic(false)
    /// The number of entries accepted so far; the entries between it and `written` wait.
    private let submitted = Atomic(0)
    private let written = Atomic(0)
    private let lost = Atomic(0)

    /// Starts the thread; ``stop(timeout:)`` ends it.
    ///
    /// `capacity` is the number of entries that may wait, all shards together. `render` and `output` are called on the
    /// thread. `render` returns a line with its line feed.
    package init(
        capacity: Int = 16_384,
        render: @escaping @Sendable (RequestRecord) -> [UInt8],
        output: LogOutput
    ) {
        self.queues = (0..<Self.shardCount).map { _ in Queue() }
        self.capacity = capacity
        self.render = render
        self.output = output
        // A reader that goes away costs its lines, not the process: the write fails instead of a signal.
        signal(SIGPIPE, SIG_IGN)
        Thread.detachNewThread { self.run() }
    }

    /// Starts the thread of a writer whose lines a function takes.
    package convenience init(
        capacity: Int = 16_384,
        render: @escaping @Sendable (RequestRecord) -> [UInt8],
        write: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.init(capacity: capacity, render: render, output: LogOutput(write))
    }

    /// Queues an entry, or drops and counts it; never waits for the output.
    package func submit(_ entry: Entry) {
        let index = Int(truncatingIfNeeded: (UInt64(pthread_self()) &* 0x9E37_79B9_7F4A_7C15) >> 60)
        let number = submitted.add(1, ordering: .relaxed).newValue
        guard number - written.load(ordering: .relaxed) <= capacity else {
            submitted.subtract(1, ordering: .relaxed)
            lost.add(1, ordering: .relaxed)
            return
        }
        let count = queues[index].entries.withLock { entries in
            entries.append(entry)
            return entries.count
        }
        if count % Self.wakeCount == 0 { wake.signal() }
    }

    /// The number of entries dropped so far, by a full queue or by the output.
    package var dropped: Int { lost.load(ordering: .relaxed) &+ output.lost() }

    /// Returns true once all entries submitted before are written, and false after `timeout`.
    @discardableResult
    package func flush(timeout: Duration) -> Bool {
        let target = submitted.load(ordering: .acquiring)
        let deadline = ContinuousClock.now.advanced(by: timeout)
        // A dropped entry was counted for a moment too: never wait for more entries than there are.
        while written.load(ordering: .acquiring) < min(target, submitted.load(ordering: .acquiring)) {
            guard ContinuousClock.now < deadline else { return false }
            wake.signal()
            usleep(500)
        }
        return true
    }

    /// Writes the entries that wait, as far as `timeout` allows, and ends the thread.
    package func stop(timeout: Duration) {
        flush(timeout: timeout)
        isStopped.store(true, ordering: .releasing)
        wake.signal()
    }

    private func run() {
        while !isStopped.load(ordering: .acquiring) {
            if !writeAll() { _ = wake.wait(timeout: .now() + Self.interval) }
        }
    }

    /// Takes the entries of every shard and writes their lines at once; returns false if there were none.
    private func writeAll() -> Bool {
        var count = 0
        for queue in queues {
            let entries = queue.entries.withLock { waiting in
                let entries = waiting
                waiting = []
                return entries
            }
            guard !entries.isEmpty else { continue }
            var bytes: [UInt8] = []
            for entry in entries {
                switch entry {
                case .line(let line): bytes += line
                case .record(let record): bytes += render(record)
                }
            }
            output.write(bytes)
            count += entries.count
            written.add(entries.count, ordering: .releasing)
        }
        return count > 0
    }
}
