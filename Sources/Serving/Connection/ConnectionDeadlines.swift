package import NIOCore

/// The deadlines of a connection, as a pure state machine.
///
/// The connection reports events with their times, keeps one timer for `due`, and acts on `expired`. A
/// deadline covers a whole phase, not a single read. A byte now and then extends it only in a body, which has
/// a least rate.
///
/// The clock is that of the event loop, whose times are plain numbers. It is read several times for each
/// request.
package struct ConnectionDeadlines: Sendable {
    package typealias Instant = NIODeadline

    /// The kind of a deadline that has passed.
    package enum Expiry: Sendable, Equatable {
        case handshake
        /// No byte came, or none after the last response, so no caller waits for a response.
        case silence
        /// A part of a request came, and the rest did not.
        case request
        /// The caller reads nothing of its response.
        case stall
        /// The caller had its last response and did not hang up.
        case linger
    }

    private enum Phase {
        /// The TLS handshake is under way.
        case handshaking(until: Instant)
        /// The connection is new, or between two requests.
        case silent(until: Instant)
        /// The first byte of a head has come.
        case head(until: Instant)
        /// The head is whole, and `received` bytes of the body have come.
        case body(since: Instant, received: Int)
        /// The request is whole, and the responder has it, with deadlines of its own.
        case working
        /// A response is on its way out; `unsent` bytes of it were left at the last check.
        case writing(unsent: Int, progress: Instant, checked: Instant)
        /// The last response is out, and the output is closed.
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

    /// The time of the next check: the deadline, or in a write the next check of its progress.
    ///
    /// Nil if there is no deadline.
    package var due: Instant? {
        switch phase {
        case .handshaking(let until), .silent(let until), .head(let until), .lingering(let until): until
        case .body(let since, let received): bodyDeadline(since: since, received: received)
        case .working: nil
        case .writing(_, let progress, let checked):
            min(progress + timeouts.writeStall, checked + timeouts.writeCheck)
        }
    }

    /// Returns the kind of the deadline that has passed by `now`; nil if none has.
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

    /// Begins the deadline of a head: its first byte came, or was waiting behind the previous request.
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
        phase = .writing(unsent: unsent, progress: now, checked: now)
    }

    /// Records the bytes of the response that are still unsent; fewer than before are progress.
    package mutating func writeChecked(unsent: Int, now: Instant) {
        guard case .writing(let before, let progress, _) = phase else { return }
        phase = .writing(unsent: unsent, progress: unsent < before ? now : progress, checked: now)
    }

    package mutating func responded(now: Instant) {
        phase = .silent(until: now + timeouts.idle)
    }

    /// Shortens the deadline of a silent connection to `drainIdle`: a request may already be on its way.
    package mutating func drain(now: Instant) {
        guard case .silent(let until) = phase else { return }
        phase = .silent(until: min(until, now + timeouts.drainIdle))
    }

    package mutating func lingerBegan(now: Instant) {
        phase = .lingering(until: now + timeouts.linger)
    }

    /// Returns the deadline of a body.
    ///
    /// Each byte extends it by its time at the least rate. It is never before the end of the grace, nor after
    /// the time of a whole body.
    private func bodyDeadline(since: Instant, received: Int) -> Instant {
        let (scaled, overflow) = Int64(received).multipliedReportingOverflow(by: 1_000_000_000)
        let bought = overflow ? timeouts.body : .nanoseconds(scaled / timeouts.bodyRate)
        return since + min(timeouts.body, max(timeouts.bodyGrace, bought))
    }
}

extension ConnectionDeadlines {
    /// The timeouts of a server in the units of the event loop, made once for all its connections.
    package final class Timeouts: Sendable {
        let handshake: TimeAmount
        let silent: TimeAmount
        let head: TimeAmount
        let idle: TimeAmount
        let body: TimeAmount
        let bodyGrace: TimeAmount
        /// The least bytes of a body per second; at least one.
        let bodyRate: Int64
        let writeStall: TimeAmount
        /// The time between two checks of the progress of a write.
        let writeCheck: TimeAmount
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
            writeCheck = TimeAmount(timeouts.writeStall / 4)
            linger = TimeAmount(timeouts.linger)
            drainIdle = TimeAmount(timeouts.drainIdle)
        }
    }
}
