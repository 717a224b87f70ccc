import NIOCore

/// The connections of one event loop whose requests wait for fetches, by fetch.
///
/// When a fetch ends, each event loop is woken once, not once for each request. All functions run on the event loop,
/// except those for which another thread is named.
final class ParkedConnections {
    /// The number of requests that are responded to in one go, before other events of the event loop.
    private static let mostAtOnce = 32

    /// A request that waits on its connection.
    private struct Waiter {
        let connection: ConnectionHandler
        let number: Int

        var isWaiting: Bool { connection.isParked(number) }
    }

    /// The requests that wait for one fetch, in their order.
    private struct Group {
        /// The fetch, so that no other one gets its identity while requests wait.
        let fetch: any Sendable & AnyObject
        var waiters: [Waiter] = []
        /// The number of waiters whose connections have ended.
        var left = 0
    }

    private let loop: any EventLoop
    private var groups: [ObjectIdentifier: Group] = [:]

    init(_ loop: any EventLoop) { self.loop = loop }

    /// Adds a request, which is responded to by `ConnectionHandler.resume(_:)`.
    func add(_ connection: ConnectionHandler, number: Int, with request: any ParkedRequest) {
        let fetch = request.awaited
        let id = ObjectIdentifier(fetch)
        let waiter = Waiter(connection: connection, number: number)
        if groups[id]?.waiters.append(waiter) != nil { return }
        var group = Group(fetch: fetch)
        group.waiters.append(waiter)
        groups[id] = group
        let (loop, all) = (loop, NIOLoopBound(self, eventLoop: loop))
        // Called by the thread that ends the fetch.
        request.whenReady { loop.execute { all.value.resume(id) } }
    }

    /// Forgets a request whose connection has ended; its memory is released with that of others.
    func remove(_ request: any ParkedRequest) {
        let id = ObjectIdentifier(request.awaited)
        guard var group = groups.removeValue(forKey: id) else { return }
        group.left += 1
        if group.left > group.waiters.count / 2 {
            group.waiters.removeAll { !$0.isWaiting }
            group.left = 0
        }
        // An empty group stays until the fetch ends: it is what that wakes.
        groups[id] = group
    }

    /// Responds to the requests of a fetch that has ended.
    private func resume(_ id: ObjectIdentifier) {
        guard let group = groups.removeValue(forKey: id) else { return }
        resume(group.waiters[...])
    }

    private func resume(_ waiters: ArraySlice<Waiter>) {
        for waiter in waiters.prefix(Self.mostAtOnce) { waiter.connection.resume(waiter.number) }
        let rest = waiters.dropFirst(Self.mostAtOnce)
        if !rest.isEmpty { loop.assumeIsolated().execute { self.resume(rest) } }
    }
}

@available(*, unavailable)
extension ParkedConnections: Sendable {}

extension ConnectionHandler {
    /// Returns whether the request of this number waits for a fetch.
    fileprivate func isParked(_ number: Int) -> Bool {
        if case .parked = stage { number == requestNumber } else { false }
    }
}
