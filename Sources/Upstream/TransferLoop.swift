import CCurl
import DequeModule
import Synchronization

/// The work of the transfer thread: commands in, sockets and timers to libcurl, responses out.
///
/// It is a local variable of the thread's function. No more than `connections` transfers are in progress at
/// once. The other requests wait here in the order in which they came. A request therefore never waits inside
/// libcurl, and its deadline holds while it waits.
struct TransferLoop: ~Copyable {
    private let configuration: UpstreamConfiguration
    private let inbox: Inbox
    private let counters: Counters
    private let poller: Poller
    private let multi: MultiHandle
    /// The commands in work; empty outside of `handleCommands()`.
    private var commands: [Command] = []
    /// The transfers in progress.
    private var working: [Transfer] = []
    /// The transfers without a request, ready for the next ones.
    private var spare: [Transfer] = []
    /// The requests that wait for a connection, first in, first out.
    private var waiting: Deque<Submission> = []
    /// A lower bound of all deadlines; see ``expire(now:)``.
    private var nextCheck = Int64.max
    private var isStopping = false

    init?(_ configuration: UpstreamConfiguration, inbox: Inbox, counters: Counters, poller: Poller) {
        guard let multi = MultiHandle(connections: configuration.connections, poller: poller) else {
            return nil
        }
        self.configuration = configuration
        self.inbox = inbox
        self.counters = counters
        self.poller = poller
        self.multi = multi
    }

    /// Runs until `Command.stop`.
    ///
    /// Every request has its result then.
    mutating func run() {
        while true {
            handleCommands()
            guard !isStopping else { break }
            startWaiting()
            let now = Monotonic.now()
            if poller.takeDue(now: now) { multi.actOnTimer() }
            expire(now: now)
            if finishDone() { continue }
            wait()
        }
        stop()
    }

    private mutating func wait() {
        let now = Monotonic.now()
        let due = min(poller.due ?? .max, nextCheck)
        // At most a millisecond too late, never too early, and at least once a minute.
        let left = due <= now ? 0 : Int32(min((due - now + 999_999) / 1_000_000, 60_000))
        let sleeps = left > 0 && inbox.fallAsleep()
        poller.wait(milliseconds: sleeps ? left : 0) { ready in
            if ready.descriptor != inbox.waker {
                multi.act(on: ready.descriptor, events: ready.selection)
            }
        }
        if sleeps { inbox.wakeUp() }
    }

    private mutating func handleCommands() {
        inbox.drain(into: &commands)
        for command in commands {
            switch command {
            case .start(let submission): accept(submission)
            case .cancel(let transferID): cancel(transferID)
            case .stop: isStopping = true
            }
        }
        commands.removeAll(keepingCapacity: true)
    }

    private mutating func accept(_ submission: Submission) {
        guard !submission.transferID.isCancelled else {
            return submission.fail(.cancelled, "cancelled before it began")
        }
        guard working.count < configuration.connections || waiting.count < configuration.maximumQueue else {
            return submission.fail(.unavailable, "too many requests wait for a connection")
        }
        nextCheck = min(nextCheck, submission.due)
        waiting.append(submission)
        counters.queued.store(waiting.count, ordering: .relaxed)
    }

    private mutating func startWaiting() {
        while working.count < configuration.connections, let submission = waiting.popFirst() {
            start(submission)
        }
        counters.queued.store(waiting.count, ordering: .relaxed)
    }

    private mutating func start(_ submission: Submission) {
        guard let transfer = spare.popLast() ?? Transfer(configuration, poller: poller) else {
            return submission.fail(.unavailable, "no handle for the transfer")
        }
        guard transfer.begin(submission), multi.add(transfer.easy) else {
            // A handle is not used again after libcurl refused one of its options.
            _ = transfer.end()
            return submission.fail(.unavailable, "transfer could not be set up")
        }
        transfer.position = working.count
        working.append(transfer)
        nextCheck = min(nextCheck, transfer.earliestDue(now: Monotonic.now()))
        counters.inFlight.store(working.count, ordering: .relaxed)
    }

    /// Ends the transfers that libcurl has finished.
    ///
    /// - Returns: whether there was any.
    private mutating func finishDone() -> Bool {
        var isAny = false
        while let (transfer, code) = multi.nextFinished() {
            isAny = true
            finish(transfer, code)
        }
        return isAny
    }

    private mutating func finish(_ transfer: Transfer, _ code: CURLcode) {
        if transfer.foundStaleConnection, !isStopping {
            multi.remove(transfer.easy)
            transfer.beginAgain()
            if multi.add(transfer.easy) { return }
        }
        counters.connects.add(transfer.easy.connects, ordering: .relaxed)
        // A server may respond before it has read the whole request, and close. Sending then fails, but the
        // response counts: libcurl's code does not. After any error libcurl closes the connection.
        guard code == CURLE_OK || transfer.hasWholeResponse else {
            let error = UpstreamError(code, of: transfer)
            release(transfer)?.continuation.resume(returning: .failure(error))
            return
        }
        deliver(transfer)
    }

    private mutating func deliver(_ transfer: Transfer) {
        do throws(ResponseFault) {
            let response = try transfer.finishedResponse()
            release(transfer)?.continuation.resume(returning: .success(response))
        } catch {
            var error = UpstreamError(error.kind, phase: .partlyReceived, detail: error.detail)
            error.evidence = UpstreamError.Evidence(CURLE_OK, of: transfer)
            release(transfer)?.continuation.resume(returning: .failure(error))
        }
    }

    /// Removes the transfer from the multi handle and keeps its easy handle for later.
    private mutating func release(_ transfer: Transfer) -> Submission? {
        multi.remove(transfer.easy)
        let last = working.removeLast()
        if last !== transfer {
            working[transfer.position] = last
            last.position = transfer.position
        }
        counters.inFlight.store(working.count, ordering: .relaxed)
        defer { if transfer.easy.isSound { spare.append(transfer) } }
        return transfer.end()
    }

    /// Fails a transfer in progress: libcurl closes its connection.
    private mutating func abandon(_ transfer: Transfer, _ kind: UpstreamError.Kind, _ detail: String) {
        var error = UpstreamError(CURLE_OK, of: transfer)
        error.kind = kind
        error.detail = detail
        error.cause = UpstreamError.Cause(kind, error.phase)
        abandon(transfer, with: error)
    }

    private mutating func abandon(_ transfer: Transfer, with error: UpstreamError) {
        counters.connects.add(transfer.easy.connects, ordering: .relaxed)
        release(transfer)?.continuation.resume(returning: .failure(error))
    }

    private mutating func cancel(_ transferID: TransferID) {
        if let transfer = working.first(where: { $0.submission?.transferID === transferID }) {
            abandon(transfer, .cancelled, "cancelled")
        } else if let index = waiting.firstIndex(where: { $0.transferID === transferID }) {
            waiting.remove(at: index).fail(.cancelled, "cancelled while it waited for a connection")
        }
    }

    /// Ends the requests whose deadlines have passed.
    ///
    /// A request whose response is whole gets it, although the server still reads, or should read, the
    /// request. All others fail.
    ///
    /// The check looks at every request, but only when the earliest deadline has come that was known at the
    /// last check or was set since. As nearly every request ends before its deadline, the check runs about
    /// once in the length of a deadline.
    private mutating func expire(now: Int64) {
        guard nextCheck <= now else { return }
        for transfer in working where transfer.due <= now {
            if transfer.hasWholeResponse {
                counters.connects.add(transfer.easy.connects, ordering: .relaxed)
                deliver(transfer)
            } else {
                abandon(transfer, with: UpstreamError(lateAt: now, of: transfer))
            }
        }
        let late = waiting.filter { $0.due <= now }
        if !late.isEmpty { waiting.removeAll { $0.due <= now } }
        for submission in late { submission.fail(.timedOut, cause: .queue, "no connection free in time") }
        nextCheck = waiting.reduce(.max) { min($0, $1.due) }
        nextCheck = working.reduce(nextCheck) { min($0, $1.earliestDue(now: now)) }
    }

    /// Fails all requests in progress and all that wait.
    ///
    /// Nothing is accepted from here on.
    private mutating func stop() {
        for transfer in working { abandon(transfer, .unavailable, "client stopped") }
        while let submission = waiting.popFirst() { submission.fail(.unavailable, "client stopped") }
        counters.queued.store(0, ordering: .relaxed)
        spare.removeAll()
    }
}
