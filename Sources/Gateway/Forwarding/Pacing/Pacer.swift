import CognitoSync
import Policy
import Synchronization
package import Telemetry

/// The pacing of requests toward AWS, for one region and one set of credentials: a machine for each class of requests.
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

    package init(clock: GatewayClock) {
        self.clock = clock
        let now = clock.monotonic()
        lanes = Mutex(OperationClass.allCases.map { _ in Lane(pacing: Pacing(now: now)) })
    }

    /// Waits until a request may go.
    ///
    /// - Returns: Nil for a request that may go; otherwise `paced`.
    func admit(
        _ operation: OperationName,
        _ priority: Pacing.Priority,
        by deadline: Deadline
    ) async -> GatewayError? {
        let lane = OperationClass(operation).lane
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
    func responded(_ operation: OperationName, isThrottling: Bool) {
        let now = clock.monotonic()
        lanes.withLock {
            $0[OperationClass(operation).lane].pacing.responded(isThrottling: isThrottling, now: now)
        }
    }

    /// The state of each class, for metrics and `/status`.
    package var gauges: [Gauges.Pacing] {
        lanes.withLock { lanes in
            zip(OperationClass.allCases, lanes).map { operationClass, lane in
                Gauges.Pacing(
                    operationClass: operationClass.rawValue,
                    rate: lane.pacing.requestsPerSecond,
                    waiting: lane.pacing.waiting,
                    delayed: lane.pacing.delayed,
                    refused: lane.pacing.refused
                )
            }
        }
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

extension OperationClass {
    /// The index among the cases.
    fileprivate var lane: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
