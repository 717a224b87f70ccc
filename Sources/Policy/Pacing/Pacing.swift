import DequeModule

/// The queue of the requests of one class toward AWS while AWS asks for less: writes first, retries last.
///
/// A request waits at most until its own deadline. One that would wait longer is refused at once, and told how long.
/// The queue is bounded. Without a throttling nothing waits, and nothing is allocated.
package struct Pacing: Sendable {
    /// The rank of a request.
    package enum Priority: Int, CaseIterable, Sendable {
        /// A write, or a request that an operation under way still needs.
        case write
        case read
        case retry
    }

    /// The name of a request that waits.
    package typealias Ticket = UInt64

    package enum Decision: Sendable, Equatable {
        case go
        /// Wait for the ticket; the shell asks ``due(now:)`` when to go on.
        case wait(Ticket)
        /// Too long a wait, in nanoseconds.
        case refuse(retryAfter: Int64)
    }

    /// The requests whose wait is over.
    package struct Due: Sendable, Equatable {
        package var go: [Ticket] = []
        /// The requests whose deadline came first.
        package var late: [Ticket] = []
        /// The nanoseconds until the next request may go, for the shell's timer; nil if nothing waits.
        package var next: Int64?
    }

    private struct Entry: Sendable {
        let ticket: Ticket
        let deadline: Instant
    }

    /// The most requests that wait.
    private static let mostWaiting = 4096
    /// The time that a request needs after its wait, in nanoseconds.
    private static let leastTime: Int64 = 100_000_000
    private static let longestTimer: Int64 = 50_000_000

    private var rate: AdaptiveRate
    private var queues: [Deque<Entry>] = []
    private var lastTicket: Ticket = 0
    /// A lower bound of all deadlines, so that the queues are seldom searched for late requests.
    private var earliestDeadline = Instant(nanoseconds: .max)
    /// The requests that are in the queues.
    package private(set) var waiting = 0
    /// The requests that had to wait, and those that were refused, since the start.
    package private(set) var delayed = 0
    package private(set) var refused = 0

    package init(now: Instant) { rate = AdaptiveRate(now: Self.seconds(now)) }

    /// The requests in a second that go; nil while all go.
    package var requestsPerSecond: Double? { rate.rate }

    /// Decides about a request.
    package mutating func request(_ priority: Priority, by deadline: Deadline, now: Instant) -> Decision {
        let time = Self.seconds(now)
        if waiting == 0, rate.take(now: time) { return .go }
        let ahead = queues.prefix(priority.rawValue + 1).reduce(0) { $0 + $1.count }
        let wait = Self.nanoseconds(rate.wait(for: ahead + 1, now: time))
        guard waiting < Self.mostWaiting, deadline.timeLeft(now: now) - Self.leastTime >= wait else {
            refused &+= 1
            return .refuse(retryAfter: max(1, wait))
        }
        if queues.isEmpty { queues = Priority.allCases.map { _ in [] } }
        lastTicket &+= 1
        let latest = deadline.end.advanced(byNanoseconds: -Self.leastTime)
        queues[priority.rawValue].append(Entry(ticket: lastTicket, deadline: latest))
        earliestDeadline = min(earliestDeadline, latest)
        waiting += 1
        delayed &+= 1
        return .wait(lastTicket)
    }

    /// Returns the requests that go now, and those whose time is over.
    package mutating func due(now: Instant) -> Due {
        let time = Self.seconds(now)
        var due = Due()
        for rank in queues.indices {
            while let entry = queues[rank].first {
                if entry.deadline < now {
                    due.late.append(entry.ticket)
                } else if rate.take(now: time) {
                    due.go.append(entry.ticket)
                } else {
                    break
                }
                queues[rank].removeFirst()
                waiting -= 1
            }
            // The first one has not gone, so nothing behind it goes.
            guard queues[rank].isEmpty else { break }
        }
        due.late += dropLate(now: now)
        refused &+= due.late.count
        guard waiting > 0 else { return due }
        due.next = min(Self.longestTimer, max(1_000_000, Self.nanoseconds(rate.wait(for: 1, now: time))))
        return due
    }

    /// Returns the nanoseconds until a request behind all others could go, at least 1.
    package func timeToNext(now: Instant) -> Int64 {
        max(1, Self.nanoseconds(rate.wait(for: waiting + 1, now: Self.seconds(now))))
    }

    /// Forgets a request whose caller went away.
    package mutating func cancel(_ ticket: Ticket) {
        for rank in queues.indices {
            guard let index = queues[rank].firstIndex(where: { $0.ticket == ticket }) else { continue }
            queues[rank].remove(at: index)
            waiting -= 1
        }
    }

    /// Records a response of AWS to a request of this class.
    package mutating func responded(isThrottling: Bool, now: Instant) {
        rate.responded(isThrottling: isThrottling, now: Self.seconds(now))
    }

    /// Removes the requests behind others whose deadline has come.
    private mutating func dropLate(now: Instant) -> [Ticket] {
        guard earliestDeadline < now else { return [] }
        var late: [Ticket] = []
        earliestDeadline = Instant(nanoseconds: .max)
        for rank in queues.indices {
            late += queues[rank].filter { $0.deadline < now }.map(\.ticket)
            queues[rank].removeAll { $0.deadline < now }
            earliestDeadline = queues[rank].reduce(earliestDeadline) { min($0, $1.deadline) }
        }
        waiting -= late.count
        return late
    }

    private static func seconds(_ now: Instant) -> Double { Double(now.nanoseconds) / 1e9 }

    private static func nanoseconds(_ seconds: Double) -> Int64 {
        Int64(exactly: (min(max(seconds, 0), 3600) * 1e9).rounded(.up)) ?? 3_600_000_000_000
    }
}
