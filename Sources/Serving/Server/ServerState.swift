import NIOCore
import Synchronization

/// What all connections of a server share: who is there, what was refused, and whether it is draining.
///
/// Only `active` changes with each request; all else is behind a lock that is taken when a connection comes or goes.
final class ServerState: Sendable {
    private struct State {
        var admission: ConnectionAdmission
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isClosed = false
        var whenEmpty: [EventLoopPromise<Void>] = []
        var totals = ServerStatistics()
    }

    private let state: Mutex<State>
    private let active = Atomic<Int>(0)
    private let draining = Atomic<Bool>(false)

    init(limits: ServerLimits) {
        state = Mutex(State(admission: ConnectionAdmission(limits: limits)))
    }

    /// Judges a new connection, and keeps it in the books until it is closed.
    func admit(_ channel: any Channel, caller: String?) -> ConnectionAdmission.Verdict {
        let verdict = state.withLock { state in
            state.totals.accepted += 1
            let verdict = state.admission.admit(caller: caller, draining: state.isClosed)
            if verdict != .dropped { state.channels[ObjectIdentifier(channel)] = channel }
            return verdict
        }
        if verdict == .dropped {
            refused(.overloaded)
        } else {
            channel.closeFuture.whenComplete { _ in self.gone(channel, caller: caller, verdict: verdict) }
        }
        return verdict
    }

    private func gone(_ channel: any Channel, caller: String?, verdict: ConnectionAdmission.Verdict) {
        let promises = state.withLock { state -> [EventLoopPromise<Void>] in
            state.channels[ObjectIdentifier(channel)] = nil
            state.admission.release(caller: caller, verdict: verdict)
            guard state.admission.isEmpty else { return [] }
            defer { state.whenEmpty = [] }
            return state.whenEmpty
        }
        for promise in promises { promise.succeed() }
    }

    /// From now on every answer is the last of its connection.
    var isDraining: Bool { draining.load(ordering: .relaxed) }

    func beginDraining() { draining.store(true, ordering: .relaxed) }

    /// Lets nobody in any more; the connections that wait for a request are told.
    func stopAccepting() {
        state.withLock { $0.isClosed = true }
        broadcast(.drain)
    }

    func broadcast(_ event: ServerEvent) {
        for channel in state.withLock({ Array($0.channels.values) }) {
            channel.pipeline.fireUserInboundEventTriggered(event)
        }
    }

    /// Fulfils `promise` when the last connection is gone.
    func whenEmpty(_ promise: EventLoopPromise<Void>) {
        let isEmpty = state.withLock { state in
            if !state.admission.isEmpty { state.whenEmpty.append(promise) }
            return state.admission.isEmpty
        }
        if isEmpty { promise.succeed() }
    }

    func requestBegan() { active.add(1, ordering: .relaxed) }

    func requestEnded() { active.subtract(1, ordering: .relaxed) }

    func refused(_ refusal: Refusal) { state.withLock { $0.totals.refused[refusal, default: 0] += 1 } }

    func stalled() { state.withLock { $0.totals.stalled += 1 } }

    func handshakeFailed() { state.withLock { $0.totals.failedHandshakes += 1 } }

    func statistics() -> ServerStatistics {
        var statistics = state.withLock { state in
            var totals = state.totals
            totals.open = state.admission.count
            return totals
        }
        statistics.active = active.load(ordering: .relaxed)
        return statistics
    }
}
