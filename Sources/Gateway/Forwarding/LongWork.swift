/// Work on long bodies, which would hold an event loop with all its connections for too long.
///
/// It runs on a thread that serves no connection. The slots of requests in flight bound what waits for such a thread.
/// Work on a short body stays where it is, since the way there and back costs as much as reading 16 KiB.
enum LongWork {
    /// The longest body, in bytes, that is read on an event loop: the body of a request or a response.
    ///
    /// The dearest bytes cost 103 instructions each, so no such body takes more than 0.2 ms.
    static let mostOnEventLoop = 6 << 10
    /// The longest body from upstream that is read on an event loop, in bytes.
    ///
    /// Upstream is trusted to send no body that is made to be dear: 12 instructions a byte, and fewer for long values.
    static let mostOfUpstream = 48 << 10
    /// The longest body that is hashed on an event loop, in bytes: 22 instructions each on a processor without SHA.
    static let mostHashed = 16 << 10

    /// Returns the result of work that a body of `count` bytes takes, of which an event loop takes at most `most`.
    @inline(__always)
    static func run<Result: Sendable>(
        on count: Int,
        most: Int,
        _ work: @Sendable () -> Result
    ) async -> Result {
        count <= most ? work() : await runElsewhere(work)
    }

    private static func runElsewhere<Result: Sendable>(_ work: @Sendable () -> Result) async -> Result {
        await withTaskExecutorPreference(globalConcurrentExecutor) { await perform(work) }
    }

    /// Does the work on the executor that the task prefers.
    @concurrent
    private static func perform<Result: Sendable>(_ work: @Sendable () -> Result) async -> Result { work() }
}
