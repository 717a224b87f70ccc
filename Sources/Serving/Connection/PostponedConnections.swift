import NIOCore

/// The connections of one event loop that are left unread, since their requests would be rejected.
///
/// Rejections take a bounded part of an event loop, so that the admitted requests get the rest. Beyond it, connections
/// wait here in their order. The first one goes on when there is time for a rejection again. It also goes on when a
/// request may be forwarded, or when the event loop is idle. Nothing is dropped: its caller waits, and so does what it
/// still sends.
///
/// A connection is in it once at most, and for `longestWait` at most. All functions run on the event loop.
final class PostponedConnections {
    /// The time between two looks at the first connection.
    private static let pause = TimeAmount.milliseconds(1)
    /// The longest time that counts of one rejection, in nanoseconds; a longer one was interrupted.
    ///
    /// On a busy machine the thread may wait for a core for milliseconds. That is no time of the event loop.
    private static let longestRejection: Int64 = 100_000
    /// The most connections that go on at once, before other events of the event loop.
    private static let mostAtOnce = 32

    /// A connection that waits.
    private struct Entry {
        let connection: ConnectionHandler
        let since: NIODeadline
        /// Whether its request has been read; otherwise it has to send one.
        let hasRequest: Bool

        var isOver: Bool { !connection.isPostponed }
    }

    private let loop: any EventLoop
    private let responder: any Responder
    /// The longest wait; after it a request is responded to, whatever the time of the event loop.
    private let longestWait: TimeAmount
    /// The lateness of the timer below which the event loop is idle.
    private let promptTimer: TimeAmount
    /// The connections that go on when a request may be forwarded, too.
    private var forSlots = CircularBuffer<Entry>()
    /// The connections that only go on when there is time.
    private var forTime = CircularBuffer<Entry>()
    /// The entry that goes on now.
    private var current: Entry?
    /// Whether the request of that entry returns to its place if it has to wait again.
    ///
    /// Once it has its response, the next one on its connection waits behind those of others.
    private var keepsPlace = false
    private var isTimerSet = false
    /// Whether the event loop is idle, as its timer came in time: rejections then take nothing from other requests.
    private var isIdle = false
    /// The time that the last rejection of a request took that was decoded, in nanoseconds.
    private var lastDecoded: Int64 = 0

    init(_ loop: any EventLoop, responder: any Responder, timeouts: ServerTimeouts) {
        self.loop = loop
        self.responder = responder
        longestWait = TimeAmount(timeouts.rejection)
        promptTimer = TimeAmount(timeouts.promptTimer)
    }

    /// Whether a connection waits.
    var isEmpty: Bool { forSlots.isEmpty && forTime.isEmpty }

    /// Returns whether a request that would be rejected has to wait: for time, or for those that came before.
    func mustWait(for reason: Rejection) -> Bool {
        if current == nil {
            switch reason {
            case .full: if !forSlots.isEmpty { return true }
            case .later: if !forTime.isEmpty { return true }
            }
        }
        return !hasTime(.now())
    }

    /// Lets a connection wait at the end of its queue, or at the front if it has just left it.
    func add(_ connection: ConnectionHandler, for reason: Rejection, hasRequest: Bool) {
        let isAgain = keepsPlace && current?.connection === connection
        let since = isAgain ? current?.since : nil
        let entry = Entry(connection: connection, since: since ?? .now(), hasRequest: hasRequest)
        switch reason {
        case .full: isAgain ? forSlots.prepend(entry) : forSlots.append(entry)
        case .later: isAgain ? forTime.prepend(entry) : forTime.append(entry)
        }
        setTimer()
    }

    /// Receives the time that a rejection took; what came before, such as the read, is estimated.
    ///
    /// For a request that was shed, the read, the event and the parser take about as much as what is seen: the
    /// response and its write. For one that was decoded, they are a small part.
    func rejected(since began: NIODeadline, wasDecoded: Bool = false) {
        keepsPlace = false
        guard !isIdle else { return }
        let now = NIODeadline.now()
        let seen = min((now - began).nanoseconds, Self.longestRejection)
        let time = wasDecoded ? seen : 2 * seen
        if wasDecoded { lastDecoded = time }
        responder.rejectionTook(time, now: Self.nanoseconds(now))
    }

    /// Lets connections go on for which there is time, or for which a request may be forwarded.
    func release() {
        guard current == nil else { return }
        for _ in 0..<Self.mostAtOnce {
            guard let (entry, isLate) = next(now: .now()) else { break }
            (current, keepsPlace) = (entry, true)
            let isFull = responder.isFull
            entry.connection.takeTurn(mustRespond: isLate)
            (current, keepsPlace) = (nil, false)
            // Its request is yet to come. The time that it may take is spent in advance, or one takes the free slot.
            guard !entry.hasRequest, !isIdle else { continue }
            responder.rejectionTook(lastDecoded, now: Self.nanoseconds(.now()))
            if !isFull { break }
        }
        setTimer()
    }

    private func next(now: NIODeadline) -> (entry: Entry, isLate: Bool)? {
        while let first = forSlots.first, first.isOver { forSlots.removeFirst() }
        while let first = forTime.first, first.isOver { forTime.removeFirst() }
        let (slot, time) = (forSlots.first?.since, forTime.first?.since)
        guard let first = slot ?? time else { return nil }
        let since = min(first, time ?? first)
        let isLate = now - since >= longestWait
        if isLate || hasTime(now) {
            return (slot == since ? forSlots.removeFirst() : forTime.removeFirst(), isLate)
        }
        if slot != nil, !responder.isFull { return (forSlots.removeFirst(), false) }
        return nil
    }

    private func hasTime(_ now: NIODeadline) -> Bool {
        isIdle || responder.hasTimeForRejections(now: Self.nanoseconds(now))
    }

    private static func nanoseconds(_ time: NIODeadline) -> Int64 { Int64(clamping: time.uptimeNanoseconds) }

    private func setTimer() {
        guard !isTimerSet, !isEmpty else { return }
        isTimerSet = true
        let due = NIODeadline.now() + Self.pause
        loop.assumeIsolated().scheduleTask(deadline: due) {
            self.isTimerSet = false
            self.isIdle = NIODeadline.now() - due < self.promptTimer
            self.release()
            self.isIdle = false
        }
    }
}

@available(*, unavailable)
extension PostponedConnections: Sendable {}

/// The wait of a connection whose request would be rejected.
extension ConnectionHandler {
    /// Whether it waits in ``PostponedConnections``.
    var isPostponed: Bool {
        if case .postponed = stage { true } else { false }
    }

    /// Leaves the connection unread until its turn; a request that has been read stays in `pending`.
    func postpone(for reason: Rejection, hasRequest: Bool) {
        if hasRequest {
            deadlines.requestWhole()
            server.requestBegan()
        }
        stage = .postponed(hasRequest: hasRequest)
        postponed.add(self, for: reason, hasRequest: hasRequest)
    }

    /// Goes on at its turn.
    ///
    /// - Parameter mustRespond: True if the request has waited for long enough.
    func takeTurn(mustRespond: Bool) {
        guard case .postponed(let hasRequest) = stage else { return }
        if hasRequest { server.requestEnded() }
        stage = .receiving
        self.mustRespond = mustRespond
        proceed()
        self.mustRespond = false
    }
}
