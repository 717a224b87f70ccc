import CCurl
import Glibc
import Messages
import Synchronization

/// A command to the transfer thread.
enum Command: Sendable {
    case start(Submission)
    case cancel(TransferID)
    case stop
}

/// The only channel from other threads to the transfer thread: a locked array, drained whole, and one
/// wake-up.
///
/// The wake-up is an eventfd that is written only while the thread sleeps, so that many commands cost one
/// write. epoll watches its edges, and each write is an edge, so no read is needed. The inbox owns the
/// descriptor and closes it last: no write can reach a closed descriptor, or one that is another file by
/// then.
final class Inbox: Sendable {
    private struct State {
        var commands: [Command] = []
        var isAsleep = false
        var isRetired = false
        var whenRetired = Waiters<Void>()
    }

    let waker: Int32
    private let state = Mutex(State())

    /// Creates an inbox; nil if the system has no free descriptor.
    init?() {
        waker = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard waker >= 0 else { return nil }
    }

    deinit {
        if waker >= 0 { close(waker) }
    }

    /// Adds a command and wakes the thread.
    ///
    /// - Returns: false if the inbox is retired, so that the command will never be read.
    func post(_ command: Command) -> Bool {
        let (isAccepted, wakes) = state.withLock { state in
            guard !state.isRetired else { return (false, false) }
            state.commands.append(command)
            return (true, exchange(&state.isAsleep, with: false))
        }
        // Outside of the lock: the thread runs as soon as it is woken, and would wait for the lock.
        if wakes {
            var one: UInt64 = 1
            unsafe write(waker, &one, 8)
        }
        return isAccepted
    }

    /// Swaps an empty list for the commands that were posted since the last time, in order.
    ///
    /// The next commands use the memory of the empty list.
    func drain(into commands: inout [Command]) {
        state.withLock { swap(&$0.commands, &commands) }
    }

    /// Records that the thread is about to wait.
    ///
    /// - Returns: false if there are commands to read first.
    func fallAsleep() -> Bool {
        state.withLock { state in
            guard state.commands.isEmpty else { return false }
            state.isAsleep = true
            return true
        }
    }

    /// Records that the thread is awake.
    func wakeUp() {
        state.withLock { $0.isAsleep = false }
    }

    /// Closes the inbox for good and returns the commands that were still in it.
    func retire() -> [Command] {
        let (commands, waiters) = state.withLock { state in
            state.isRetired = true
            state.isAsleep = false
            return (exchange(&state.commands, with: []), state.whenRetired.removeAll())
        }
        for waiter in waiters { waiter(()) }
        return commands
    }

    /// Waits until the inbox is retired.
    func retired() async {
        await withCheckedContinuation { continuation in
            let isRetired = state.withLock { state in
                if !state.isRetired {
                    let id = state.whenRetired.makeID()
                    state.whenRetired.add({ continuation.resume() }, as: id)
                }
                return state.isRetired
            }
            if isRetired { continuation.resume() }
        }
    }
}
