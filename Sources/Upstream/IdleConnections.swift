/// The connections without a request, and the times until which they may be used.
///
/// The last that was used is the first to be used again, so that those beyond the need come of age.
struct IdleConnections<Connection: AnyObject> {
    private struct Entry {
        let connection: Connection
        /// The end of the idle time or of the age, whichever is earlier, in monotonic nanoseconds.
        let end: Int64
    }

    private let idle: Int64
    private let maximumAge: Int64
    /// The connections that epoll has had the time to speak about since their last request.
    private var usable: [Entry] = []
    /// The connections of which epoll may know more than this type: an end, or bytes that nobody asked for.
    private var fresh: [Entry] = []

    init(_ configuration: UpstreamConfiguration) {
        idle = configuration.idle.nanoseconds
        maximumAge = configuration.maximumAge.nanoseconds
    }

    var count: Int { usable.count + fresh.count }

    /// Adds a connection after its request.
    ///
    /// - Returns: The time until which it may be used; nil, and nothing is added, if it is too old.
    mutating func add(_ connection: Connection, made: Int64, now: Int64) -> Int64? {
        let end = min(now + idle, made + maximumAge)
        guard end > now else { return nil }
        fresh.append(Entry(connection: connection, end: end))
        return end
    }

    /// Makes all connections usable, because epoll is asked for events now.
    mutating func makeAllUsable() {
        usable.append(contentsOf: fresh)
        fresh.removeAll(keepingCapacity: true)
    }

    /// Removes and returns the usable connection that was used last; nil if there is none.
    mutating func take() -> Connection? { usable.popLast()?.connection }

    mutating func remove(_ connection: Connection) {
        usable.removeAll { $0.connection === connection }
        fresh.removeAll { $0.connection === connection }
    }

    /// Removes and returns the connections whose time is over.
    mutating func removeExpired(now: Int64) -> [Connection] {
        let expired = (usable + fresh).filter { $0.end <= now }
        guard !expired.isEmpty else { return [] }
        usable.removeAll { $0.end <= now }
        fresh.removeAll { $0.end <= now }
        return expired.map(\.connection)
    }

    /// Removes and returns all connections.
    mutating func removeAll() -> [Connection] { removeExpired(now: .max) }

    /// The earliest end of a connection.
    var earliestEnd: Int64 { (usable + fresh).reduce(.max) { min($0, $1.end) } }
}
