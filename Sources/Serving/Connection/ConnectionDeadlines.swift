package import NIOCore

/// What a connection is waiting for, and until when: every deadline of a connection in one pure machine.
///
/// The shell tells it what happened and when, keeps one timer for `due`, and acts on `expired`. Deadlines are of
/// whole phases, not of reads: a byte now and then buys no time but where a rate is asked for.
///
/// By the event loop's clock, whose times are plain numbers: it is asked several times for each request.
package struct ConnectionDeadlines: Sendable {
    package typealias Instant = NIODeadline

    /// What ran out.
    package enum Expiry: Sendable, Equatable {
        case handshake
        /// No byte ever came, or none after the last answer: nobody waits for an answer.
        case silence
        /// Part of a request came and the rest did not.
        case request
        /// The client takes nothing of its answer.
        case stall
        /// The client had its last answer and did not hang up.
        case linger
    }

    private enum Phase {
        /// The TLS handshake is under way.
        case handshaking(until: Instant)
        /// New, or between two requests.
        case silent(until: Instant)
        /// The first byte of a head has come.
        case head(until: Instant)
        /// The head is whole; so many bytes of the body have come.
        case body(since: Instant, received: Int)
        /// The request is whole and its answer is being made: the program behind has deadlines of its own.
        case working
        /// An answer is on its way out; so much of it was unsent when it was last looked at.
        case writing(unsent: Int, progress: Instant, looked: Instant)
        /// The last answer is out and the output is closed.
        case lingering(until: Instant)
    }

    private let timeouts: Timeouts
    private var phase: Phase

    package init(timeouts: Timeouts, handshake: Bool, now: Instant) {
        self.timeouts = timeouts
        phase =
            handshake
            ? .handshaking(until: now + timeouts.handshake)
            : .silent(until: now + timeouts.silent)
    }

    package var isHandshaking: Bool {
        if case .handshaking = phase { true } else { false }
    }

    /// When to look again: the deadline, or in a write the next time to see whether it moves.
    package var due: Instant? {
        switch phase {
        case .handshaking(let until), .silent(let until), .head(let until), .lingering(let until): until
        case .body(let since, let received): bodyDeadline(since: since, received: received)
        case .working: nil
        case .writing(_, let progress, let looked):
            min(progress + timeouts.writeStall, looked + timeouts.writeLook)
        }
    }

    /// What has run out by `now`; nil when nothing has.
    package func expired(now: Instant) -> Expiry? {
        switch phase {
        case .handshaking(let until): now >= until ? .handshake : nil
        case .silent(let until): now >= until ? .silence : nil
        case .head(let until): now >= until ? .request : nil
        case .body(let since, let received):
            now >= bodyDeadline(since: since, received: received) ? .request : nil
        case .working: nil
        case .writing(_, let progress, _): now >= progress + timeouts.writeStall ? .stall : nil
        case .lingering(let until): now >= until ? .linger : nil
        }
    }

    package mutating func handshakeEnded(now: Instant) {
        phase = .silent(until: now + timeouts.silent)
    }

    /// The first byte of a request came, or was found waiting behind the request before it.
    package mutating func headBegan(now: Instant) {
        phase = .head(until: now + timeouts.head)
    }

    package mutating func bodyBegan(now: Instant) {
        phase = .body(since: now, received: 0)
    }

    package mutating func bodyReceived(_ count: Int) {
        guard case .body(let since, let received) = phase else { return }
        phase = .body(since: since, received: received + count)
    }

    package mutating func requestWhole() { phase = .working }

    package mutating func writeBegan(unsent: Int, now: Instant) {
        phase = .writing(unsent: unsent, progress: now, looked: now)
    }

    /// Tells how much of the answer is still unsent; less than before is progress.
    package mutating func looked(unsent: Int, now: Instant) {
        guard case .writing(let before, let progress, _) = phase else { return }
        phase = .writing(unsent: unsent, progress: unsent < before ? now : progress, looked: now)
    }

    package mutating func responded(now: Instant) {
        phase = .silent(until: now + timeouts.idle)
    }

    /// Leaves a silent connection only as long as a request may take that is already on its way.
    package mutating func drain(now: Instant) {
        guard case .silent(let until) = phase else { return }
        phase = .silent(until: min(until, now + timeouts.drainIdle))
    }

    package mutating func lingerBegan(now: Instant) {
        phase = .lingering(until: now + timeouts.linger)
    }

    /// Every byte buys the time it takes at the least rate; the grace is free, and nothing buys more than the whole.
    private func bodyDeadline(since: Instant, received: Int) -> Instant {
        let (scaled, overflow) = Int64(received).multipliedReportingOverflow(by: 1_000_000_000)
        let bought = overflow ? timeouts.body : .nanoseconds(scaled / timeouts.bodyRate)
        return since + min(timeouts.body, max(timeouts.bodyGrace, bought))
    }
}

extension ConnectionDeadlines {
    /// The times of a server in the event loop's units, once for all its connections.
    package final class Timeouts: Sendable {
        let handshake: TimeAmount
        let silent: TimeAmount
        let head: TimeAmount
        let idle: TimeAmount
        let body: TimeAmount
        let bodyGrace: TimeAmount
        /// Bytes a second; at least one.
        let bodyRate: Int64
        let writeStall: TimeAmount
        /// How long after a look at a write the next one is due.
        let writeLook: TimeAmount
        let linger: TimeAmount
        let drainIdle: TimeAmount

        package init(_ timeouts: ServerTimeouts) {
            handshake = TimeAmount(timeouts.handshake)
            silent = TimeAmount(timeouts.silent)
            head = TimeAmount(timeouts.head)
            idle = TimeAmount(timeouts.idle)
            body = TimeAmount(timeouts.body)
            bodyGrace = TimeAmount(timeouts.bodyGrace)
            bodyRate = Int64(max(1, timeouts.bodyRate))
            writeStall = TimeAmount(timeouts.writeStall)
            writeLook = TimeAmount(timeouts.writeStall / 4)
            linger = TimeAmount(timeouts.linger)
            drainIdle = TimeAmount(timeouts.drainIdle)
        }
    }
}
