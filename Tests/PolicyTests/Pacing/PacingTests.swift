import Policy
import Testing

/// The queue toward AWS while it asks for less, in virtual time.
@Suite struct PacingTests {
    private static let second: Int64 = 1_000_000_000

    private func time(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64(seconds * 1e9)) }

    /// Returns a machine that AWS throttled at 100 requests a second.
    private func throttled() -> Pacing {
        var pacing = Pacing(now: time(0))
        for number in 0..<100 { pacing.responded(isThrottling: false, now: time(Double(number) / 100)) }
        pacing.responded(isThrottling: true, now: time(1))
        return pacing
    }

    private func request(
        _ pacing: inout Pacing,
        _ priority: Pacing.Priority,
        within seconds: Int64 = 10,
        at now: Double
    ) -> Pacing.Decision {
        let deadline = Deadline(after: seconds * Self.second, from: time(now))
        return pacing.request(priority, by: deadline, now: time(now))
    }

    private func ticket(_ decision: Pacing.Decision) -> Pacing.Ticket? {
        if case .wait(let ticket) = decision { ticket } else { nil }
    }

    @Test func withoutAThrottlingNothingWaits() {
        var pacing = Pacing(now: time(0))
        for number in 0..<10_000 {
            let decision = request(&pacing, .read, at: Double(number) / 10_000)
            #expect(decision == .go)
            pacing.responded(isThrottling: false, now: time(Double(number) / 10_000))
        }
        #expect(pacing.requestsPerSecond == nil && pacing.delayed == 0)
    }

    @Test func writesGoBeforeReadsAndRetriesLast() {
        var pacing = throttled()
        while request(&pacing, .read, at: 1) == .go {}
        var wanted: [Pacing.Priority: [Pacing.Ticket]] = [:]
        for priority in [Pacing.Priority.retry, .read, .write, .retry, .write] {
            if let ticket = ticket(request(&pacing, priority, at: 1)) {
                wanted[priority, default: []].append(ticket)
            }
        }
        var gone: [Pacing.Ticket] = []
        var now = 1.0
        while pacing.waiting > 0, now < 100 {
            now += 0.001
            gone += pacing.due(now: time(now)).go
        }
        let writes = wanted[.write] ?? []
        #expect(writes.count == 2)
        #expect(Array(gone.prefix(2)) == writes)
        #expect(Array(gone.suffix(2)) == wanted[.retry])
    }

    @Test func aRequestThatWouldWaitTooLongIsRefusedAtOnceWithItsTime() {
        var pacing = throttled()
        while request(&pacing, .read, at: 1) == .go {}
        let rate = pacing.requestsPerSecond ?? 0
        #expect(rate > 0)
        var waiting = 1
        while ticket(request(&pacing, .read, within: 1, at: 1)) != nil, waiting < 4096 { waiting += 1 }
        #expect(Double(pacing.waiting) <= rate && Double(pacing.waiting) >= rate * 0.8)
        guard case .refuse(let wait) = request(&pacing, .read, within: 1, at: 1) else {
            Issue.record("the request waits")
            return
        }
        #expect(wait > 800_000_000 && wait < 1_200_000_000)
        let write = ticket(request(&pacing, .write, within: 1, at: 1))
        #expect(write != nil, "a write goes before them")
    }

    @Test func aRequestThatOthersOvertookIsLateAtItsDeadline() {
        var pacing = throttled()
        while request(&pacing, .read, at: 1) == .go {}
        let read = ticket(request(&pacing, .read, within: 1, at: 1))
        for _ in 0..<200 { _ = request(&pacing, .write, within: 10, at: 1) }
        #expect(read != nil)
        var due = pacing.due(now: time(1.5))
        #expect(due.late.isEmpty)
        due = pacing.due(now: time(2))
        #expect(due.late == [read].compactMap(\.self))
        #expect(pacing.refused >= 1)
    }

    @Test func aRequestThatIsCancelledLeavesTheQueue() throws {
        var pacing = throttled()
        while request(&pacing, .read, at: 1) == .go {}
        let before = pacing.waiting
        let extra = try #require(ticket(request(&pacing, .read, at: 1)))
        pacing.cancel(extra)
        pacing.cancel(extra)
        #expect(pacing.waiting == before)
        let gone = pacing.due(now: time(60)).go
        #expect(!gone.contains(extra))
    }

    /// A storm: AWS takes fewer requests than callers ask for, for a minute.
    @Test(arguments: [(limit: 10.0, demand: 1000.0), (100, 200), (100, 1000), (500, 2000)])
    func aStormCostsAtMostATenthMoreRequests(limit: Double, demand: Double) {
        var storm = Storm(limit: limit)
        storm.run(seconds: 60, demand: demand)
        #expect(storm.accepted > Int(limit * 60 * 0.3), "\(storm.accepted) of \(limit * 60)")
        let cost = Double(storm.sent) / Double(storm.accepted)
        #expect(cost <= 1.1, "\(storm.sent) requests for \(storm.accepted)")
    }
}

/// A service that takes a number of requests in a second, and the requests to it, in steps of a millisecond.
private struct Storm {
    private static let inFlight = 1000
    private static let responseSteps = 20

    let limit: Double
    private(set) var sent = 0
    private(set) var accepted = 0
    private var pacing = Pacing(now: Instant(nanoseconds: 0))
    private var tokens: Double
    /// The throttled and the accepted requests that have their response at a step.
    private var responses: [Int: [Bool]] = [:]
    private var busy = 0

    init(limit: Double) {
        self.limit = limit
        tokens = limit
    }

    mutating func run(seconds: Int, demand: Double) {
        var due = 0.0
        for step in 1...(seconds * 1000) {
            let now = Instant(nanoseconds: Int64(step) * 1_000_000)
            for isThrottling in responses.removeValue(forKey: step) ?? [] {
                busy -= 1
                pacing.responded(isThrottling: isThrottling, now: now)
            }
            tokens = min(limit, tokens + limit / 1000)
            for _ in pacing.due(now: now).go { send(at: step) }
            due += demand / 1000
            while due >= 1 {
                due -= 1
                guard busy + pacing.waiting < Self.inFlight else { continue }
                let deadline = Deadline(after: 10_000_000_000, from: now)
                if pacing.request(.read, by: deadline, now: now) == .go { send(at: step) }
            }
        }
    }

    private mutating func send(at step: Int) {
        sent += 1
        busy += 1
        let isAccepted = tokens >= 1
        if isAccepted {
            tokens -= 1
            accepted += 1
        }
        responses[step + Self.responseSteps, default: []].append(!isAccepted)
    }
}
