import GatewayConfiguration
import Policy
import Synchronization

/// The bounds on work in flight, and how much more the event loops can bear.
final class Concurrency: Sendable {
    private struct State {
        var limit: InFlightLimit
        var lag: LoopLag

        init(_ configuration: Configuration, now: Instant) {
            let forwards = configuration.upstream.connections + configuration.upstream.queue
            limit = InFlightLimit(total: configuration.limits.inFlight, forwards: forwards)
            lag = LoopLag(most: forwards, now: now)
        }
    }

    private let state: Mutex<State>
    /// Whether nothing more can be forwarded, as `state` last said; read without its lock.
    private let wasFull = Atomic(false)
    /// The requests that may still be decoded while nothing more can be forwarded.
    private let probeBudget: Mutex<TokenBucket>

    /// A few per cent of one core's time.
    private static let probeRate = Rate.bounded(1000, burst: 50)

    init(_ configuration: Configuration, now: Instant) {
        state = Mutex(State(configuration, now: now))
        probeBudget = Mutex(TokenBucket(Self.probeRate, now: now))
    }

    /// Adopts new bounds.
    ///
    /// Slots in use stay in use.
    func reload(_ configuration: Configuration, now: Instant) {
        let fresh = State(configuration, now: now)
        change { state in
            state.lag = fresh.lag
            state.limit.resize(total: fresh.limit.total, forwards: fresh.limit.forwards)
        }
    }

    /// The number of slots.
    var total: Int { state.withLock { $0.limit.total } }

    /// The number of slots in use.
    var inFlight: Int { state.withLock { $0.limit.count } }

    /// Takes a slot, and one of the caller's own places.
    ///
    /// - Throws: `tooManyInFlight` if the caller has none left, `overloaded` if nobody has.
    func acquire(
        for kind: InFlightLimit.Kind,
        by account: CallerAccount? = nil
    ) throws(GatewayError) -> InFlightSlot {
        guard account?.enter() ?? true else { throw .tooManyInFlight }
        let isAdmitted = change { state in
            let isAdmitted = state.limit.acquire(kind)
            if !isAdmitted { state.lag.refused() }
            return isAdmitted
        }
        guard isAdmitted else {
            account?.leave()
            throw .overloaded
        }
        return InFlightSlot(self, for: kind, by: account)
    }

    fileprivate func release(_ kind: InFlightLimit.Kind) { change { $0.limit.release(kind) } }

    /// Records that a response was ready `lag` nanoseconds before its event loop came to it.
    func recordLag(_ lag: Int64, now: Instant) {
        change { state in
            state.lag.record(lag, now: now)
            state.limit.resize(total: state.limit.total, forwards: state.lag.limit)
        }
    }

    /// Whether nothing more can be forwarded.
    var isFull: Bool { wasFull.load(ordering: .relaxed) }

    /// Returns whether to reject an undecoded fast-path miss because nothing more can be forwarded.
    ///
    /// While nothing more can be forwarded, most requests will be rejected. To decode one costs several times what
    /// its rejection does, and under a flood that takes what the admitted ones need. Some of them may still be
    /// answered from the cache, above all when upstream is down, so a few are decoded.
    func rejectsUndecoded(now: Instant) -> Bool {
        guard isFull, case .refused = probeBudget.withLock({ $0.consume(now: now) }) else { return false }
        state.withLock { $0.lag.refused() }
        return true
    }

    private func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
        state.withLock { state in
            let result = body(&state)
            wasFull.store(state.limit.isFull, ordering: .relaxed)
            return result
        }
    }
}

/// A place among the requests in flight.
///
/// It is released once: by its holder, or with its last reference.
package final class InFlightSlot: Sendable {
    private let concurrency: Concurrency
    private let kind: InFlightLimit.Kind
    private let account: CallerAccount?
    private let isInUse = Atomic(true)

    fileprivate init(_ concurrency: Concurrency, for kind: InFlightLimit.Kind, by account: CallerAccount?) {
        self.concurrency = concurrency
        self.kind = kind
        self.account = account
    }

    deinit { release() }

    /// Returns the slot.
    ///
    /// A second call has no effect.
    package func release() {
        guard isInUse.exchange(false, ordering: .relaxed) else { return }
        concurrency.release(kind)
        account?.leave()
    }
}
