import CognitoSync
import Policy

/// A table as a shard of the gateway has it; nobody waits for a fetch here.
typealias Table = CacheTable<[UInt8], Int>

extension Work {
    /// What is decided about a request.
    static var policy: [Work] {
        [
            Work(name: "look up a page of 10000") {
                var table = Table.filled(10_000, body: Sample.page(records: 0))
                let key = Sample.key(4711)
                let now = Instant(nanoseconds: 2)
                guard case .hit = table.lookUp(key, now: now, flight: { 0 }) else {
                    return { need(nil, "the hit") }
                }
                return { keep(table.lookUp(key, now: now) { 0 }) }
            },
            Work(name: "hit a page of 10000") {
                var table = Table.filled(10_000, body: Sample.page(records: 0))
                let key = Sample.key(4711)
                let now = Instant(nanoseconds: 2)
                guard case .hit(let page) = table.lookUp(key, now: now, flight: { 0 }) else {
                    return { need(nil, "the hit") }
                }
                return { keep(table.hit(key, at: page.place, now: now)) }
            },
            Work(name: "fetch and store a page") {
                var table = Table.filled(1000, body: Sample.page(records: 4))
                let key = Sample.key(4711)
                let body = Sample.page(records: 4)
                var now = Instant(nanoseconds: 2)
                return {
                    // Past the freshness of the last one (an hour), so that each is a miss.
                    now = now.advanced(byNanoseconds: 3_600_000_000_000)
                    table.fetch(key, body: body, now: now)
                }
            },
            Work(name: "admit a known caller") {
                var throttle = Throttle<ThrottleKey>(.unreached, capacity: 4096, now: Instant(nanoseconds: 1))
                var now = Instant(nanoseconds: 1)
                let key = ThrottleKey.address("10.11.12.13")
                return {
                    now = now.advanced(byNanoseconds: 1000)
                    keep(throttle.take(key, now: now))
                }
            },
            Work(name: "admit a stranger to a full table") {
                let now = Instant(nanoseconds: 1)
                var throttle = Throttle<ThrottleKey>(.slow, capacity: 4096, now: now)
                for number in 0..<4096 { _ = throttle.take(.identity(Sample.owner(number)), now: now) }
                let strangers = (5000..<5064).map { ThrottleKey.identity(Sample.owner($0)) }
                var next = 0
                return {
                    next = (next + 1) % strangers.count
                    keep(throttle.take(strangers[next], now: now))
                }
            },
        ]
    }
}

extension Rate {
    /// No benchmark reaches it.
    static let unreached = need(Rate(perSecond: 1_000_000_000, burst: 1_000_000_000), "the rate")
    static let slow = need(Rate(perSecond: 20, burst: 40), "the rate")
}

extension Table {
    /// With a page each of so many identities, and room for all.
    static func filled(_ count: Int, body: [UInt8], bytes: Int = .max / 8) -> Self {
        var table = Self(limits: CacheLimits(bytes: bytes, fresh: 3_600_000_000_000))
        for number in 0..<count { table.fetch(Sample.key(number), body: body, now: Instant(nanoseconds: 1)) }
        return table
    }

    /// A miss, and the answer to it.
    mutating func fetch(_ key: PageKey, body: [UInt8], now: Instant) {
        guard case .lead(let ticket, _, _) = lookUp(key, now: now, flight: { 0 }) else { return }
        let facts = PageFacts(syncCount: 1, exists: true)
        keep(complete(ticket, with: body, facts: facts, cost: body.count, now: now))
    }
}
