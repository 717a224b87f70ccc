import CCurl
import Glibc
import Synchronization

/// What others may ask of the transfer thread.
enum Command: Sendable {
    case start(Submission)
    case cancel(TransferID)
    case stop
}

/// The only way from other threads to the transfer thread: a locked array, drained whole, and one wake-up.
///
/// The wake-up is an eventfd that is written only where the thread sleeps, so that many commands cost one. It is
/// watched for its edges, each write being one, so nobody reads it. It is the inbox's own and closed with it:
/// nobody can write to a descriptor that was closed, or that is another file by now.
final class Inbox: Sendable {
    private struct State {
        var commands: [Command] = []
        var isAsleep = false
        var isRetired = false
        var whenRetired: [CheckedContinuation<Void, Never>] = []
    }

    let waker: Int32
    private let state = Mutex(State())

    /// Nil where the system has no descriptor to give.
    init?() {
        waker = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard waker >= 0 else { return nil }
    }

    deinit {
        if waker >= 0 { close(waker) }
    }

    /// False where nobody will ever read it.
    func post(_ command: Command) -> Bool {
        let (isTaken, wakes) = state.withLock { state in
            guard !state.isRetired else { return (false, false) }
            state.commands.append(command)
            return (true, exchange(&state.isAsleep, with: false))
        }
        // Outside of the lock: the thread runs as soon as it is woken, and would wait for it.
        if wakes {
            var one: UInt64 = 1
            unsafe write(waker, &one, 8)
        }
        return isTaken
    }

    /// Gives all that was posted since the last time, in order, for an empty list, whose memory the next ones get.
    func drain(into commands: inout [Command]) {
        state.withLock { swap(&$0.commands, &commands) }
    }

    /// Says that the thread is about to wait; false where there is something to do first.
    func fallAsleep() -> Bool {
        state.withLock { state in
            guard state.commands.isEmpty else { return false }
            state.isAsleep = true
            return true
        }
    }

    /// Says that the thread is awake.
    func wakeUp() {
        state.withLock { $0.isAsleep = false }
    }

    /// Closes the inbox for good and gives back what was still in it.
    func retire() -> [Command] {
        let (commands, waiters) = state.withLock { state in
            state.isRetired = true
            state.isAsleep = false
            return (exchange(&state.commands, with: []), exchange(&state.whenRetired, with: []))
        }
        for waiter in waiters { waiter.resume() }
        return commands
    }

    /// Returns once the inbox is retired.
    func retired() async {
        await withCheckedContinuation { continuation in
            let isRetired = state.withLock { state in
                if !state.isRetired { state.whenRetired.append(continuation) }
                return state.isRetired
            }
            if isRetired { continuation.resume() }
        }
    }
}
