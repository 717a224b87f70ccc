import DequeModule
import Synchronization

/// The work of the transfer thread: commands in, requests out over connections, responses back.
///
/// It is a local variable of the thread's function. No more than `connections` requests are in progress at
/// once, each with a connection or about to get one. The others wait here in the order in which they came. A request
/// therefore never waits inside libcurl, and its deadline holds while it waits.
///
/// A request gets an idle connection only after epoll was asked for events since the request came and since the
/// connection became idle. So a connection that the upstream has ended, or has sent bytes on, is closed before.
struct TransferLoop: ~Copyable {
    let configuration: UpstreamConfiguration
    let limits: ReceivedResponse.Limits
    private let inbox: Inbox
    let counters: Counters
    let poller: Poller
    let multi: MultiHandle
    /// The commands in work; empty outside of `handleCommands()`.
    private var commands: [Command] = []
    /// The connections with a request, and those that libcurl makes for one.
    var working: [Connection] = []
    var idle: IdleConnections<Connection>
    /// The requests that wait for a connection, first in, first out.
    var waiting: Deque<Submission> = []
    /// The bytes that were received last: as many as libcurl receives at once, and the largest record of TLS has.
    var buffer = [UInt8](repeating: 0, count: 16384)
    /// A lower bound of all deadlines; see ``expire(now:)``.
    var nextCheck = Int64.max
    private var isStopping = false

    init?(_ configuration: UpstreamConfiguration, inbox: Inbox, counters: Counters, poller: Poller) {
        guard let multi = MultiHandle(connections: configuration.connections, poller: poller) else {
            return nil
        }
        self.configuration = configuration
        limits = ReceivedResponse.Limits(
            head: configuration.maximumHead,
            fields: configuration.maximumFields,
            body: configuration.maximumBody
        )
        self.inbox = inbox
        self.counters = counters
        self.poller = poller
        self.multi = multi
        idle = IdleConnections(configuration)
    }

    /// Runs until `Command.stop`.
    ///
    /// Every request has its result then.
    mutating func run() {
        while true {
            handleCommands()
            guard !isStopping else { break }
            wait()
            let now = Monotonic.now()
            if poller.takeDue(now: now) { multi.actOnTimer() }
            takeOverConnections()
            expire(now: now)
            startWaiting()
        }
        stop()
    }

    /// Whether a request that waits can get a connection.
    private var canStart: Bool { !waiting.isEmpty && working.count < configuration.connections }

    private mutating func wait() {
        idle.makeAllUsable()
        var left: Int32 = 0
        if !canStart {
            let now = Monotonic.now()
            let due = min(poller.due ?? .max, nextCheck)
            // At most a millisecond too late, never too early, and at least once a minute.
            left = due <= now ? 0 : Int32(min((due - now + 999_999) / 1_000_000, 60_000))
        }
        let sleeps = left > 0 && inbox.fallAsleep()
        let count = poller.wait(milliseconds: sleeps ? left : 0)
        if sleeps { inbox.wakeUp() }
        for index in 0..<count {
            let ready = poller.ready(at: index)
            if let connection = ready.connection {
                act(on: connection)
            } else if ready.descriptor != inbox.waker {
                multi.act(on: ready.descriptor, events: ready.selection)
            }
        }
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
        let free = configuration.connections - working.count
        guard waiting.count < free + configuration.maximumQueue else {
            return submission.fail(.unavailable, "too many requests wait for a connection")
        }
        nextCheck = min(nextCheck, submission.due)
        waiting.append(submission)
        counters.queued.store(waiting.count, ordering: .relaxed)
    }

    private mutating func startWaiting() {
        guard canStart else { return }
        let now = Monotonic.now()
        while canStart {
            if let connection = idle.take() {
                guard let submission = waiting.popFirst() else { break }
                use(connection, for: submission, now: now)
            } else {
                // A connection that has just become idle is usable after the next wait, which does not sleep now.
                guard idle.count == 0, let submission = waiting.popFirst() else { break }
                connect(for: submission, now: now)
            }
        }
        counters.queued.store(waiting.count, ordering: .relaxed)
    }

    /// Ends the requests whose deadlines have passed, and the idle connections whose time is over.
    ///
    /// A request whose response is whole gets it, although the server still reads, or should read, the
    /// request. All others fail.
    ///
    /// The check looks at every request, but only when the earliest deadline has come that was known at the
    /// last check or was set since. As nearly every request ends before its deadline, the check runs about
    /// once in the length of a deadline.
    private mutating func expire(now: Int64) {
        guard nextCheck <= now else { return }
        for connection in working {
            guard let transfer = connection.transfer, transfer.due <= now else { continue }
            if transfer.hasWholeResponse {
                deliver(connection, isReusable: false)
            } else {
                abandon(connection, with: UpstreamError(lateAt: now, of: connection))
            }
        }
        for connection in idle.removeExpired(now: now) { multi.remove(connection.easy) }
        let late = waiting.filter { $0.due <= now }
        if !late.isEmpty { waiting.removeAll { $0.due <= now } }
        for submission in late { submission.fail(.timedOut, cause: .queue, "no connection free in time") }
        nextCheck = waiting.reduce(idle.earliestEnd) { min($0, $1.due) }
        nextCheck = working.reduce(nextCheck) { min($0, $1.earliestDue(now: now)) }
    }

    private mutating func cancel(_ transferID: TransferID) {
        if let connection = working.first(where: { $0.transfer?.submission.transferID === transferID }) {
            abandon(connection, .cancelled, "cancelled")
        } else if let index = waiting.firstIndex(where: { $0.transferID === transferID }) {
            waiting.remove(at: index).fail(.cancelled, "cancelled while it waited for a connection")
        }
    }

    /// Fails all requests in progress and all that wait, and closes the connections.
    ///
    /// Nothing is accepted from here on.
    private mutating func stop() {
        for connection in working { abandon(connection, .unavailable, "client stopped") }
        while let submission = waiting.popFirst() { submission.fail(.unavailable, "client stopped") }
        for connection in idle.removeAll() { multi.remove(connection.easy) }
        counters.queued.store(0, ordering: .relaxed)
    }
}
