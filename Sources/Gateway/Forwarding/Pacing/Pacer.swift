import CognitoSync
import Policy
import Synchronization
package import Telemetry

/// The pacing of requests toward AWS in one region: a machine for each role and each class of requests.
///
/// Requests that wait are resumed by a timer, which runs only while some wait.
package final class Pacer: Sendable {
    /// The outcome of a wait.
    private enum Turn: Sendable {
        case go
        case late
    }

    private struct Lane: Sendable {
        var pacing: Pacing
        var waiters: [Pacing.Ticket: CheckedContinuation<Turn, Never>] = [:]
        var isTimed = false
    }

    private let lanes: Mutex<[Lane]>
    private let clock: GatewayClock

    /// - Parameter roles: The number of roles beside the credentials of the gateway.
    package init(roles: Int = 0, clock: GatewayClock) {
        self.clock = clock
        let lane = Lane(pacing: Pacing(now: clock.monotonic()))
        lanes = Mutex(Array(repeating: lane, count: (roles + 1) * OperationClass.count))
    }

    /// Waits until a request may go.
    ///
    /// - Returns: Nil for a request that may go; otherwise `paced`.
    func admit(
        _ operation: OperationName,
        of role: Int = 0,
        _ priority: Pacing.Priority,
        by deadline: Deadline
    ) async -> GatewayError? {
        let lane = lane(operation, role)
        let decision = lanes.withLock {
            $0[lane].pacing.request(priority, by: deadline, now: clock.monotonic())
        }
        switch decision {
        case .go: return nil
        case .refuse(let wait): return refusal(lane, after: wait)
        case .wait(let ticket): return await wait(for: ticket, in: lane) == .go ? nil : refusal(lane)
        }
    }

    /// Records a response of AWS.
    func responded(_ operation: OperationName, of role: Int = 0, isThrottling: Bool) {
        let (lane, now) = (lane(operation, role), clock.monotonic())
        lanes.withLock { $0[lane].pacing.responded(isThrottling: isThrottling, now: now) }
    }

    /// The state of each class, for metrics and `/status`: of its roles together, and the lowest of their rates.
    package var gauges: [Gauges.Pacing] {
        lanes.withLock { lanes in
            let count = OperationClass.count
            return OperationClass.allCases.enumerated().map { index, operationClass in
                let pacings = stride(from: index, to: lanes.count, by: count).map { lanes[$0].pacing }
                return Gauges.Pacing(
                    operationClass: operationClass.rawValue,
                    rate: pacings.compactMap(\.requestsPerSecond).min(),
                    waiting: pacings.reduce(0) { $0 + $1.waiting },
                    delayed: pacings.reduce(0) { $0 &+ $1.delayed },
                    refused: pacings.reduce(0) { $0 &+ $1.refused }
                )
            }
        }
    }

    private func lane(_ operation: OperationName, _ role: Int) -> Int {
        role * OperationClass.count + OperationClass(operation).position
    }

    private func wait(for ticket: Pacing.Ticket, in lane: Int) async -> Turn {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustStart = lanes.withLock { lanes -> Bool? in
                    if Task.isCancelled {
                        lanes[lane].pacing.cancel(ticket)
                        return nil
                    }
                    lanes[lane].waiters[ticket] = continuation
                    return exchange(&lanes[lane].isTimed, with: true) == false
                }
                guard let mustStart else { return continuation.resume(returning: .late) }
                // The task ends when nothing waits; every request has a deadline.
                if mustStart { Task { await self.run(lane) } }
            }
        } onCancel: {
            let continuation = lanes.withLock { lanes in
                lanes[lane].pacing.cancel(ticket)
                return lanes[lane].waiters.removeValue(forKey: ticket)
            }
            continuation?.resume(returning: .late)
        }
    }

    /// Lets the requests of a class go, one by one, until none waits.
    private func run(_ lane: Int) async {
        while true {
            let (next, ended) = lanes.withLock { lanes in
                let due = lanes[lane].pacing.due(now: clock.monotonic())
                var ended: [(CheckedContinuation<Turn, Never>, Turn)] = []
                for (tickets, turn) in [(due.go, Turn.go), (due.late, .late)] {
                    for ticket in tickets {
                        guard let waiter = lanes[lane].waiters.removeValue(forKey: ticket) else { continue }
                        ended.append((waiter, turn))
                    }
                }
                if due.next == nil { lanes[lane].isTimed = false }
                return (due.next, ended)
            }
            for (waiter, turn) in ended { waiter.resume(returning: turn) }
            guard let next else { return }
            try? await Task.sleep(for: .nanoseconds(next))
        }
    }

    private func refusal(_ lane: Int, after wait: Int64? = nil) -> GatewayError {
        lanes.withLock { lanes in
            .paced(
                retryAfterNanoseconds: wait ?? lanes[lane].pacing.timeToNext(now: clock.monotonic()),
                requestsPerSecond: Int64(
                    min(lanes[lane].pacing.requestsPerSecond ?? 1, 1_000_000).rounded(.up)
                )
            )
        }
    }
}

extension OperationClass: ClosedSet {}
