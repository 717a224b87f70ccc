import NIOCore
import Synchronization

/// What all connections of a server share: who is there, what was refused, and whether it is draining.
///
/// Only `active` changes with each request; all else is behind a lock that is taken when a connection comes or goes.
final class ServerState: Sendable {
    private struct Books {
        var admission: ConnectionAdmission
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isClosed = false
        var whenEmpty: [EventLoopPromise<Void>] = []
        var totals = ServerStatistics()
    }

    private let books: Mutex<Books>
    private let active = Atomic<Int>(0)
    private let draining = Atomic<Bool>(false)

    init(limits: ServerLimits) {
        books = Mutex(Books(admission: ConnectionAdmission(limits: limits)))
    }

    /// Judges a new connection, and keeps it in the books until it is closed.
    func admit(_ channel: any Channel, peer: String?) -> ConnectionAdmission.Verdict {
        let verdict = books.withLock { books in
            books.totals.accepted += 1
            let verdict = books.admission.admit(peer: peer, draining: books.isClosed)
            if verdict != .dropped { books.channels[ObjectIdentifier(channel)] = channel }
            return verdict
        }
        if verdict == .dropped {
            refused(.overloaded)
        } else {
            channel.closeFuture.whenComplete { _ in self.gone(channel, peer: peer, verdict: verdict) }
        }
        return verdict
    }

    private func gone(_ channel: any Channel, peer: String?, verdict: ConnectionAdmission.Verdict) {
        let promises = books.withLock { books -> [EventLoopPromise<Void>] in
            books.channels[ObjectIdentifier(channel)] = nil
            books.admission.release(peer: peer, verdict: verdict)
            guard books.admission.isEmpty else { return [] }
            defer { books.whenEmpty = [] }
            return books.whenEmpty
        }
        for promise in promises { promise.succeed() }
    }

    /// From now on every answer is the last of its connection.
    var isDraining: Bool { draining.load(ordering: .relaxed) }

    func beginDraining() { draining.store(true, ordering: .relaxed) }

    /// Lets nobody in any more; the connections that wait for a request are told.
    func closeDoor() {
        books.withLock { $0.isClosed = true }
        tell(.drain)
    }

    func tell(_ event: ServerEvent) {
        for channel in books.withLock({ Array($0.channels.values) }) {
            channel.pipeline.fireUserInboundEventTriggered(event)
        }
    }

    /// Fulfils `promise` when the last connection is gone.
    func whenEmpty(_ promise: EventLoopPromise<Void>) {
        let isEmpty = books.withLock { books in
            if !books.admission.isEmpty { books.whenEmpty.append(promise) }
            return books.admission.isEmpty
        }
        if isEmpty { promise.succeed() }
    }

    func requestBegan() { active.add(1, ordering: .relaxed) }

    func requestEnded() { active.subtract(1, ordering: .relaxed) }

    func refused(_ refusal: Refusal) { books.withLock { $0.totals.refused[refusal, default: 0] += 1 } }

    func stalled() { books.withLock { $0.totals.stalled += 1 } }

    func handshakeFailed() { books.withLock { $0.totals.failedHandshakes += 1 } }

    func statistics() -> ServerStatistics {
        var statistics = books.withLock { books in
            var totals = books.totals
            totals.open = books.admission.count
            return totals
        }
        statistics.active = active.load(ordering: .relaxed)
        return statistics
    }
}
