import CCurl
import Synchronization

/// The transfer thread's work: commands in, sockets and timers to libcurl, answers out.
///
/// A local of the thread's function. No more than `connections` calls are at work at once, the others wait here
/// in the order they came; so a call never waits inside libcurl, and its deadline holds while it waits.
struct TransferLoop: ~Copyable {
    private let configuration: UpstreamConfiguration
    private let inbox: Inbox
    private let counters: Counters
    private let poller: Poller
    private let multi: MultiHandle
    /// Empty but while they are taken.
    private var commands: [Command] = []
    private var working: [Transfer] = []
    private var spare: [Transfer] = []
    private var waiting = WaitingTransfers()
    /// No deadline is earlier than this; see `expire`.
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

    /// Runs until it is told to stop; every call has its answer then.
    mutating func run() {
        while true {
            takeCommands()
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
        // A millisecond at most too late, never too early; at least once in a minute.
        let left = due <= now ? 0 : Int32(min((due - now + 999_999) / 1_000_000, 60_000))
        let sleeps = left > 0 && inbox.fallAsleep()
        poller.wait(milliseconds: sleeps ? left : 0) { ready in
            if ready.descriptor != inbox.waker {
                multi.act(on: ready.descriptor, events: ready.selection)
            }
        }
        if sleeps { inbox.wakeUp() }
    }

    private mutating func takeCommands() {
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
            return submission.fail(.unavailable, "too many calls wait for a connection")
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
            // A handle that libcurl refused something is not used again.
            _ = transfer.end()
            return submission.fail(.unavailable, "transfer could not be set up")
        }
        transfer.position = working.count
        working.append(transfer)
        nextCheck = min(nextCheck, transfer.earliestDue(now: Monotonic.now()))
        counters.inFlight.store(working.count, ordering: .relaxed)
    }

    /// Ends the transfers that libcurl is done with; false where there was none.
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
            transfer.beginAfresh()
            if multi.add(transfer.easy) { return }
        }
        counters.connects.add(transfer.easy.connects, ordering: .relaxed)
        guard code == CURLE_OK || transfer.isWholeWithExcess else {
            let error = Outcome.error(code, transfer)
            release(transfer)?.continuation.resume(returning: .failure(error))
            return
        }
        do throws(ResponseFault) {
            let response = try transfer.takeResponse()
            release(transfer)?.continuation.resume(returning: .success(response))
        } catch {
            let error = UpstreamError(error.kind, phase: .partlyReceived, detail: error.detail)
            release(transfer)?.continuation.resume(returning: .failure(error))
        }
    }

    /// Takes the transfer off the multi handle and keeps its handle for later.
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

    /// Gives a transfer up: libcurl closes its connection, or resets its HTTP/2 stream.
    private mutating func abandon(_ transfer: Transfer, _ kind: UpstreamError.Kind, _ detail: String) {
        var error = Outcome.error(CURLE_OK, transfer)
        error.kind = kind
        error.detail = detail
        counters.connects.add(transfer.easy.connects, ordering: .relaxed)
        release(transfer)?.continuation.resume(returning: .failure(error))
    }

    private mutating func cancel(_ transferID: TransferID) {
        if let transfer = working.first(where: { $0.submission?.transferID === transferID }) {
            abandon(transfer, .cancelled, "cancelled")
        } else if let submission = waiting.remove(where: { $0.transferID === transferID }) {
            submission.fail(.cancelled, "cancelled while it waited for a connection")
        }
    }

    /// Fails what is out of time.
    ///
    /// All calls are looked at, but only when the earliest deadline that was known at the last look, or was set
    /// since, has come. As nearly every call ends before its deadline, that is about once in a deadline's length.
    private mutating func expire(now: Int64) {
        guard nextCheck <= now else { return }
        for transfer in working where transfer.due <= now {
            abandon(transfer, .timedOut, "no answer in time")
        }
        while let submission = waiting.remove(where: { $0.due <= now }) {
            submission.fail(.timedOut, "no connection free in time")
        }
        nextCheck = working.reduce(waiting.earliestDue) { min($0, $1.earliestDue(now: now)) }
    }

    /// Fails all that is under way; nothing is accepted from here on.
    private mutating func stop() {
        for transfer in working { abandon(transfer, .unavailable, "client stopped") }
        while let submission = waiting.popFirst() { submission.fail(.unavailable, "client stopped") }
        counters.queued.store(0, ordering: .relaxed)
        spare.removeAll()
    }
}
