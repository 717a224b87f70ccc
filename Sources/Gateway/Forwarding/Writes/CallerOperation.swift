package import CognitoSync
import Messages
import Policy
package import Telemetry

/// The upstream requests of one operation of a caller, under one deadline.
///
/// Most operations take one. An own session token has to be replaced by a token of AWS first. A write whose
/// response was lost takes an inquiry.
package struct CallerOperation: Sendable {
    /// The two results of an operation.
    package struct End: Sendable {
        /// The result of the operation itself, for the caches to learn from.
        package var outcome: Forwarded
        /// The result for the caller, with the attempts and the time of all upstream requests.
        package var response: Forwarded
        /// Whether the records cache has seen the dataset since the write was lost.
        package var isSettled = false
    }

    let forwarder: Forwarder
    let recordsCache: RecordsCache
    let hints: any DatasetHints
    let metrics: Metrics
    let clock: GatewayClock
    /// Whether the operation carries a session token of the gateway's own.
    let exchangesToken: Bool
    /// The generation of the runtime of the operation; nil for the one in force.
    let generation: UInt64?
    let deadline: Deadline
    /// The count of the dataset on the page that brought the session token; nil if none was fetched.
    var countOfTokenPage: Int64?
    private var attempts = 0
    private var nanoseconds: Int64 = 0

    package init(
        forwarder: Forwarder,
        recordsCache: RecordsCache,
        hints: (any DatasetHints)? = nil,
        metrics: Metrics,
        clock: GatewayClock,
        exchangesToken: Bool,
        generation: UInt64? = nil
    ) {
        self.forwarder = forwarder
        self.recordsCache = recordsCache
        self.hints = hints ?? recordsCache
        self.metrics = metrics
        self.clock = clock
        self.exchangesToken = exchangesToken
        self.generation = generation
        deadline = forwarder.deadline()
    }

    /// Carries the operation out.
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
            return end(with: await forward(operation, by: deadline))
        }
    }

    /// Forwards one upstream request, and adds its attempts and its time.
    mutating func forward(_ operation: Operation, by deadline: Deadline) async -> Forwarded {
        let forwarded = await forwarder.forward(operation, by: deadline, as: kindOfNextRequest)
        record(forwarded)
        return forwarded
    }

    /// The kind of the next upstream request: admission has charged the first one, whichever it is.
    var kindOfNextRequest: UpstreamRequestKind { attempts == 0 ? .admitted : .followUp }

    /// Adds the attempts and the time of an upstream request.
    mutating func record(_ forwarded: Forwarded) {
        attempts += forwarded.attempts
        nanoseconds += forwarded.nanoseconds
    }

    /// The time of upstream in milliseconds since 1970, as far as it is known.
    var upstreamMilliseconds: Int64 { clock.wall() / 1_000_000 &+ forwarder.clockSkew &* 1000 }

    /// Forwards a ListRecords on the gateway's own account.
    ///
    /// The cache learns from its page.
    mutating func list(_ request: ListRecords, by deadline: Deadline) async -> Forwarded {
        let operation = Operation.listRecords(request)
        let pending = recordsCache.started(.observed(request.scope), generation: generation)
        let forwarded = await forward(operation, by: deadline)
        recordsCache.ended(pending, of: operation, with: forwarded, now: clock.monotonic())
        return forwarded
    }

    /// Returns the two results; `response` is the one for the caller, if it is not the outcome itself.
    func end(with outcome: Forwarded, response: Result<Response, GatewayError>? = nil) -> End {
        let result = response ?? outcome.result
        var end = End(
            outcome: outcome,
            response: Forwarded(result: result, attempts: attempts, nanoseconds: nanoseconds)
        )
        if case .failure? = response, case .failure(let error) = outcome.result {
            end.response.lost = error.failureReason
        }
        return end
    }
}
