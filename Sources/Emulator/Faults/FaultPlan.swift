import Messages

/// The current faults, and the decision which of them strike a request.
///
/// The plan is pure: chance comes from a seeded generator, so that a run can be repeated.
struct FaultPlan: Sendable {
    private(set) var faults: [Fault] = []
    /// The number of strikes since the start.
    private(set) var strikes: Int64 = 0
    private var generator: SplitMix64

    init(_ faults: [Fault] = [], seed: UInt64) {
        self.faults = faults
        generator = SplitMix64(seed: seed)
    }

    mutating func add(_ fault: Fault) { faults.append(fault) }

    mutating func clear() { faults = [] }

    /// The effects on one request: waits and skews add up, and the first outcome and the first cut apply.
    ///
    /// All times are in milliseconds.
    struct Strike: Sendable, Equatable {
        var waitBefore: Int64 = 0
        var waitAfter: Int64 = 0
        var outcome: Fault.Outcome?
        var cut: Fault.Cut?
        var skew: Int64 = 0
    }

    /// The names in a request that selectors compare.
    struct Target: Sendable, Equatable {
        var operation: String?
        var pool: String?
        var identity: String?
        var dataset: String?
    }

    /// Returns the effects on one request and counts down the faults that strike.
    mutating func strike(_ target: Target) -> Strike {
        var strike = Strike()
        for index in faults.indices where faults[index].selector.matches(target) {
            guard generator.next() % 1_000_000 < faults[index].selector.chances else { continue }
            if let times = faults[index].selector.times { faults[index].selector.times = times - 1 }
            strikes += 1
            add(faults[index], to: &strike)
        }
        faults.removeAll { $0.selector.times == 0 }
        return strike
    }

    private mutating func add(_ fault: Fault, to strike: inout Strike) {
        let wait: Int64 =
            switch fault.latency {
            case nil: 0
            case .fixed(let milliseconds): milliseconds
            case .uniform(let range): Int64.random(in: range, using: &generator)
            }
        if fault.isLatencyFirst { strike.waitBefore += wait } else { strike.waitAfter += wait }
        strike.outcome = strike.outcome ?? fault.outcome
        strike.cut = strike.cut ?? fault.cut
        strike.skew += fault.skew
    }
}

extension Fault.Selector {
    fileprivate func matches(_ target: FaultPlan.Target) -> Bool {
        (operation == nil || operation == target.operation)
            && (pool == nil || pool == target.pool)
            && (identity == nil || identity == target.identity)
            && (dataset == nil || dataset == target.dataset)
    }
}
