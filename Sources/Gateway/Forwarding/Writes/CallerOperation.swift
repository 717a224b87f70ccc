package import CognitoSync
import Policy

/// All calls that one request of a caller takes, under one deadline.
///
/// Most take one. A session token of the gateway's has to be exchanged first, and a write whose outcome was lost is
/// asked after.
package struct CallerOperation: Sendable {
    /// What an errand ends with.
    package struct End: Sendable {
        /// What became of the operation itself: what the table is to learn.
        package var outcome: Forwarded
        /// What the caller is told, and what all calls together took.
        package var answer: Forwarded
    }

    let forwarder: Forwarder
    let reads: RecordsCache
    let hints: any DatasetHints
    let metrics: Metrics
    let clock: GatewayClock
    /// The operation has a session token of the gateway's.
    let exchangesToken: Bool
    let deadline: Deadline
    private var attempts = 0
    private var nanoseconds: Int64 = 0

    package init(
        forwarder: Forwarder,
        reads: RecordsCache,
        hints: (any DatasetHints)? = nil,
        metrics: Metrics,
        clock: GatewayClock,
        exchangesToken: Bool
    ) {
        self.forwarder = forwarder
        self.reads = reads
        self.hints = hints ?? reads
        self.metrics = metrics
        self.clock = clock
        self.exchangesToken = exchangesToken
        deadline = forwarder.deadline()
    }

    package mutating func run(_ operation: Operation) async -> End {
        switch operation {
        case .updateRecords(let update):
            return await run(update)
        case .listRecords(let list) where exchangesToken:
            let sent = await sendWithToken(of: list.scope, by: deadline) { token in
                var list = list
                list.syncSessionToken = token
                return .listRecords(list)
            }
            return end(with: sent.forwarded)
        default:
            return end(with: await ask(operation, by: deadline))
        }
    }

    /// One call, added to the errand's cost.
    mutating func ask(_ operation: Operation, by deadline: Deadline) async -> Forwarded {
        let forwarded = await forwarder.forward(operation, by: deadline)
        attempts += forwarded.attempts
        nanoseconds += forwarded.nanoseconds
        return forwarded
    }

    /// A page that the gateway asks for on its own account; the table and the known tokens learn from it.
    mutating func list(_ request: ListRecords, by deadline: Deadline) async -> Forwarded {
        let operation = Operation.listRecords(request)
        let pending = reads.started(.observed(request.scope), now: clock.monotonic())
        let forwarded = await ask(operation, by: deadline)
        reads.ended(pending, of: operation, with: forwarded, now: clock.monotonic())
        return forwarded
    }

    func end(with outcome: Forwarded, told result: Forwarded? = nil) -> End {
        let result = (result ?? outcome).result
        return End(
            outcome: outcome,
            answer: Forwarded(result: result, attempts: attempts, nanoseconds: nanoseconds)
        )
    }
}
