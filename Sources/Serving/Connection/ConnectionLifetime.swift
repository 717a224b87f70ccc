import NIOCore

/// The bounds on the requests and on the age of one connection.
///
/// A load balancer of connections gives a new gateway no share of the old connections. Callers that connect again
/// even that out. Each bound is shortened by up to a tenth, so that connections of one moment end at several.
struct ConnectionLifetime {
    /// The number of requests that are still served; the last one of them closes the connection.
    private var requestsLeft: Int
    /// The time from which on each response is the last one; nil for none.
    private let end: NIODeadline?

    init(requests: Int?, age: Duration?, now: NIODeadline) {
        requestsLeft = requests.map { $0 - Int.random(in: 0...($0 / 10)) } ?? .max
        end = age.map { now + TimeAmount($0 * Double.random(in: 0.9...1)) }
    }

    /// Whether the next response is the last one.
    var isLast: Bool {
        if requestsLeft <= 1 { return true }
        guard let end else { return false }
        return NIODeadline.now() >= end
    }

    /// Counts a request that is served.
    mutating func served() { requestsLeft = max(0, requestsLeft - 1) }
}
