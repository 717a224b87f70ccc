import CognitoSync
import HTTPTypes
import Messages

/// The mutable state of an emulator, behind one lock.
struct EmulatorState: Sendable {
    var store: DatasetStore
    var faults: FaultPlan
    var statistics = EmulatorStatistics()
    var log: RequestLog
    private var requestIDs: SplitMix64

    init(_ options: EmulatorOptions, at now: Timestamp) {
        store = DatasetStore(rules: options.rules, accountID: options.accountID, seed: options.seed)
        faults = FaultPlan(options.faults, seed: options.seed)
        log = RequestLog(limit: options.requestLogEntries)
        requestIDs = SplitMix64(seed: ~options.seed)
        if options.demoData { DemoData.fill(&store, at: now) }
    }

    /// Counts and logs a request; returns its number in the log and the effects of the faults on it.
    mutating func recordRequest(
        _ request: Request,
        _ operation: Operation?,
        at now: Timestamp
    ) -> (sequence: Int64, strike: FaultPlan.Strike) {
        statistics.requests += 1
        statistics.bytesIn += Int64(request.body.count)
        if let operation { statistics.operations[operation.name, default: 0] += 1 }
        let target = FaultPlan.Target(
            operation: operation?.name.rawValue,
            pool: operation?.pool?.text,
            identity: operation?.owner?.identity.text,
            dataset: operation?.dataset?.dataset.text
        )
        let strike = faults.strike(target)
        statistics.faults = faults.strikes
        return (log.append(request, operation?.name, at: now), strike)
    }

    mutating func recordResponse(_ sequence: Int64, _ response: Response) {
        statistics.statuses[response.head.status.code, default: 0] += 1
        statistics.bytesOut += Int64(response.body.count)
        log.recordStatus(sequence, status: response.head.status.code)
    }

    mutating func mintRequestID() -> String { requestIDs.guid() }
}
