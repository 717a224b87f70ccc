import NIOCore
import Synchronization

/// The state that all connections of a server share: the open connections, the counts, and whether it drains.
///
/// Only `active` changes with each request. The rest is behind a lock that is taken when a connection opens
/// or closes.
final class ServerState: Sendable {
    private struct State {
        var admission: ConnectionAdmission
        var members: [ObjectIdentifier: Member] = [:]
        var isClosed = false
        /// The promises to fulfil when no connection is open.
        var whenEmpty: [EventLoopPromise<Void>] = []
        var totals = ServerStatistics()
    }

    /// An open connection, and the network of the caller that it counts for.
    private struct Member {
        let channel: any Channel
        var caller: String?
    }

    /// The bound on the bytes of all connections; nil for none.
    let budget: ByteBudget?
    private let state: Mutex<State>
    private let active = Atomic<Int>(0)
    private let draining = Atomic<Bool>(false)
    private let undecided = Atomic<Int>(0)
    private let mostUndecided: Atomic<Int>

    init(limits: ServerLimits) {
        mostUndecided = Atomic(limits.undecidedConnections)
        budget = limits.bytes.map { ByteBudget(limit: $0) }
        state = Mutex(State(admission: ConnectionAdmission(limits: limits)))
    }

    /// Adopts new limits, for the connections that are open and for new ones.
    func resize(to limits: ServerLimits) {
        mostUndecided.store(limits.undecidedConnections, ordering: .relaxed)
        if let bytes = limits.bytes { budget?.resize(to: bytes) }
        state.withLock { $0.admission.resize(to: limits) }
    }

    /// Counts a connection that is accepted, until `acceptEnded`.
    func acceptBegan() { undecided.add(1, ordering: .relaxed) }

    /// Records that an accepted connection was admitted or refused.
    func acceptEnded() { undecided.subtract(1, ordering: .relaxed) }

    /// Whether an accepted connection is neither admitted nor refused yet.
    var hasUndecided: Bool { undecided.load(ordering: .relaxed) > 0 }

    /// Whether the event loops must first decide about the accepted connections.
    var hasTooManyUndecided: Bool {
        undecided.load(ordering: .relaxed) >= mostUndecided.load(ordering: .relaxed)
    }

    /// Decides about a new connection, and counts it until it is closed.
    ///
    /// - Parameter caller: The network of the caller; nil for a trusted hop and on a Unix socket, which have no
    ///   limit for each caller.
    func admit(_ channel: any Channel, caller: String?) -> ConnectionAdmission.Verdict {
        let verdict = state.withLock { state in
            state.totals.accepted += 1
            let verdict = state.admission.admit(caller: caller, draining: state.isClosed)
            if verdict != .dropped {
                state.members[ObjectIdentifier(channel)] = Member(channel: channel, caller: caller)
            }
            return verdict
        }
        if verdict == .dropped {
            recordRefusal(.overloaded)
        } else {
            channel.closeFuture.whenComplete { _ in self.release(channel, verdict: verdict) }
        }
        return verdict
    }

    /// Counts an admitted connection for the caller that its PROXY header names.
    ///
    /// - Returns: False if the caller has as many connections as it may.
    func attribute(_ channel: any Channel, to caller: String) -> Bool {
        state.withLock { state in
            guard state.admission.attribute(to: caller) else { return false }
            state.members[ObjectIdentifier(channel)]?.caller = caller
            return true
        }
    }

    /// Forgets a closed connection.
    private func release(_ channel: any Channel, verdict: ConnectionAdmission.Verdict) {
        let promises = state.withLock { state -> [EventLoopPromise<Void>] in
            let member = state.members.removeValue(forKey: ObjectIdentifier(channel))
            state.admission.release(caller: member?.caller, verdict: verdict)
            guard state.admission.isEmpty else { return [] }
            defer { state.whenEmpty = [] }
            return state.whenEmpty
        }
        for promise in promises { promise.succeed() }
    }

    /// Whether each response is now the last one of its connection.
    var isDraining: Bool { draining.load(ordering: .relaxed) }

    func beginDraining() { draining.store(true, ordering: .relaxed) }

    /// Refuses all new connections, and shortens the deadline of the idle ones.
    func stopAccepting() {
        state.withLock { $0.isClosed = true }
        broadcast(.drain)
    }

    /// Sends an event to all open connections.
    func broadcast(_ event: ServerEvent) {
        for member in state.withLock({ Array($0.members.values) }) {
            member.channel.pipeline.fireUserInboundEventTriggered(event)
        }
    }

    /// Fulfils `promise` when no connection is open, at once if that is so already.
    func whenEmpty(_ promise: EventLoopPromise<Void>) {
        let isEmpty = state.withLock { state in
            if !state.admission.isEmpty { state.whenEmpty.append(promise) }
            return state.admission.isEmpty
        }
        if isEmpty { promise.succeed() }
    }

    func requestBegan() { active.add(1, ordering: .relaxed) }

    func requestEnded() { active.subtract(1, ordering: .relaxed) }

    func recordRefusal(_ refusal: Refusal) {
        state.withLock { $0.totals.refused[refusal, default: 0] += 1 }
    }

    func recordStall() { state.withLock { $0.totals.stalled += 1 } }

    func recordHandshake(_ outcome: HandshakeOutcome) {
        state.withLock { $0.totals.handshakes[outcome, default: 0] += 1 }
    }

    func statistics() -> ServerStatistics {
        var statistics = state.withLock { state in
            var totals = state.totals
            totals.open = state.admission.count
            return totals
        }
        statistics.active = active.load(ordering: .relaxed)
        statistics.bytes = budget?.used ?? 0
        return statistics
    }
}
