internal import Dispatch
internal import Foundation
internal import Glibc
internal import Synchronization

/// Writes lines to one place from one thread of its own, so that nobody ever waits for a terminal or a pipe.
///
/// Submitting takes a lock of the caller's own shard for as long as an append takes. When the place does not
/// take what it is given, entries wait up to a bound; what is beyond it is dropped and counted (promise R1).
/// Lines of one thread keep their order; those of different threads may change places within a moment.
package final class LogWriter: Sendable {
    /// What is yet to be written; rendered on the writer's thread.
    package enum Entry: Sendable {
        case line([UInt8])
        case record(RequestRecord)
    }

    /// A lock with what waits behind it.
    private final class Queue: Sendable {
        let entries = Mutex<[Entry]>([])
    }

    private static let shardCount = 16
    /// A shard with so many entries does not wait for the next look.
    private static let wakeCount = 256
    /// How long a line waits at most before the thread looks for it.
    private static let interval = DispatchTimeInterval.milliseconds(20)

    private let queues: [Queue]
    private let capacity: Int
    private let render: @Sendable (RequestRecord) -> [UInt8]
    private let write: @Sendable ([UInt8]) -> Void
    private let wake = DispatchSemaphore(value: 0)
    private let isStopped = Atomic(false)
    /// Taken to be written, so far; what is between it and `written` waits.
    private let submitted = Atomic(0)
    private let written = Atomic(0)
    private let lost = Atomic(0)

    /// Starts the thread; `stop` ends it.
    ///
    /// `capacity` is the number of entries that may wait, all shards together. `write` is called on the thread
    /// with whole lines and may block for as long as it likes.
    package init(
        capacity: Int = 16_384,
        render: @escaping @Sendable (RequestRecord) -> [UInt8],
        write: @escaping @Sendable ([UInt8]) -> Void = LogWriter.standardOutput
    ) {
        self.queues = (0..<Self.shardCount).map { _ in Queue() }
        self.capacity = capacity
        self.render = render
        self.write = write
        // A reader that goes away costs its lines, not the process: the write fails instead.
        signal(SIGPIPE, SIG_IGN)
        Thread.detachNewThread { self.run() }
    }

    /// Queues an entry, or drops and counts it; never waits for the place it goes to.
    package func submit(_ entry: Entry) {
        let index = Int(truncatingIfNeeded: (UInt64(pthread_self()) &* 0x9E37_79B9_7F4A_7C15) >> 60)
        let place = submitted.add(1, ordering: .relaxed).newValue
        guard place - written.load(ordering: .relaxed) <= capacity else {
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

    /// Lines that did not fit, so far.
    package var dropped: Int { lost.load(ordering: .relaxed) }

    /// Returns true once all that was submitted before is written, false when `timeout` has passed.
    @discardableResult
    package func flush(timeout: Duration) -> Bool {
        let target = submitted.load(ordering: .acquiring)
        let deadline = ContinuousClock.now.advanced(by: timeout)
        // What did not fit was counted for a moment too: never wait for more than there is.
        while written.load(ordering: .acquiring) < min(target, submitted.load(ordering: .acquiring)) {
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
            write(bytes)
            count += entries.count
            written.add(entries.count, ordering: .releasing)
        }
        return count > 0
    }
}
