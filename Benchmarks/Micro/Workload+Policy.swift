import CognitoSync
import Policy

/// The table of one shard of the gateway.
///
/// No request waits for a fetch here.
typealias Table = RecordsTable<[UInt8], Int>

extension Workload {
    /// The decisions about a request.
    static var policy: [Workload] {
        [
            Workload(name: "look up a page of 10000") {
                var table = Table.filled(10_000, body: Sample.page(records: 0))
                let key = Sample.key(4711)
                let now = Instant(nanoseconds: 2)
                guard case .hit = table.lookUp(key, now: now, fetch: { 0 }) else {
                    return { need(nil, "the hit") }
                }
                return { keep(table.lookUp(key, now: now) { 0 }) }
            },
            Workload(name: "hit a page of 10000") {
                var table = Table.filled(10_000, body: Sample.page(records: 0))
                let now = Instant(nanoseconds: 2)
                guard case .hit(let page) = table.lookUp(Sample.key(4711), now: now, fetch: { 0 }) else {
                    return { need(nil, "the hit") }
                }
                return { keep(page.lease.remainingFreshness(now: now)) }
            },
            Workload(name: "fetch and keep a page of 2 KiB") {
                var table = Table.filled(1000, body: Sample.page(records: 4))
                let key = Sample.key(4711)
                let body = Sample.page(records: 4)
                var now = Instant(nanoseconds: 2)
                return {
                    // An hour later the page of the last round is stale, so each round is a miss.
                    now = now.advanced(byNanoseconds: 3_600_000_000_000)
                    table.fetch(key, body: body, now: now)
                }
            },
            Workload(name: "decide what a caller may") {
                let owner = Sample.owner(7)
                let grants = [
                    CallerGrant(operations: OperationSet(OperationGroup.write.operations), identities: .own),
                    CallerGrant(
                        operations: OperationSet(OperationGroup.read.operations),
                        pools: [owner.pool]
                    ),
                ]
                let entry = CallerDirectory.Entry(
                    name: "profile",
                    candidates: ["key:profile"],
                    grants: grants
                )
                let directory = CallerDirectory([entry])
                let dataset = need(DatasetName("profile"), "the dataset")
                let decide = {
                    directory.decide(
                        0,
                        .listRecords,
                        pool: owner.pool,
                        identity: owner.identity,
                        dataset: dataset
                    )
                }
                guard decide() == .allowed(1) else { return { need(nil, "the grant") } }
                return { keep(decide()) }
            },
            Workload(name: "admit a known caller") {
                var throttle = Throttle(.unreached, capacity: 4096, now: Instant(nanoseconds: 1))
                var now = Instant(nanoseconds: 1)
                let key = ThrottleKey.address("10.11.12.13")
                return {
                    now = now.advanced(byNanoseconds: 1000)
                    keep(throttle.consume(key, now: now))
                }
            },
            Workload(name: "admit a stranger to a full table") {
                let now = Instant(nanoseconds: 1)
                var throttle = Throttle(.slow, capacity: 4096, now: now)
                for number in 0..<4096 { _ = throttle.consume(.identity(Sample.owner(number)), now: now) }
                let strangers = (5000..<5064).map { ThrottleKey.identity(Sample.owner($0)) }
                var next = 0
                return {
                    next = (next + 1) % strangers.count
                    keep(throttle.consume(strangers[next], now: now))
                }
            },
        ]
    }
}

extension Rate {
    /// A rate that no benchmark reaches.
    static let unreached = need(Rate(perSecond: 1_000_000_000, burst: 1_000_000_000), "the rate")
    static let slow = need(Rate(perSecond: 20, burst: 40), "the rate")
}

extension Table {
    /// Returns a table with a page for each of `count` identities, and room for all.
    static func filled(_ count: Int, body: [UInt8], bytes: Int = .max / 64) -> Self {
        var table = Self(limits: .hour(bytes: bytes))
        for number in 0..<count { table.fetch(Sample.key(number), body: body, now: Instant(nanoseconds: 1)) }
        return table
    }

    /// Carries out a miss: the fetch, its completion, and the page that is stored.
    mutating func fetch(_ key: PageKey, body: [UInt8], now: Instant) {
        guard case .lead(let token, _) = lookUp(key, now: now, fetch: { 0 }),
            let page = try? RecordsPage.scan(body)
        else { return }
        let seen = Observation(page, of: body, since: 0, requestID: nil)
        guard
            let snapshot = complete(token, with: .seen(seen, at: nil, .notChecked), now: now).state?.snapshot
        else {
            return
        }
        // The page has bytes of its own, like a rendered one.
        _ = self.keep(
            body.map { $0 },
            for: key,
            of: snapshot,
            cost: body.count,
            goodUntil: Instant(nanoseconds: .max)
        )
    }
}

extension RecordsLimits {
    /// Returns limits by which a dataset is fresh for an hour, without an incarnation check.
    static func hour(bytes: Int) -> Self {
        Self(bytes: bytes, fresh: 3_600_000_000_000, identityCheck: .max)
    }
}
