import CognitoSync
import Policy

/// The tables with very many entries, and the cost of one more request to them.
///
/// Each prints one line of JSON. Then the script that started it reads the memory of the process.
enum Scale {
    static var all: [String: (Int) -> Void] { ["identities": identities, "keys": keys] }

    /// Caches a page for each of `count` identities and looks them up at random.
    ///
    /// The 16 shards together have 2.5 KiB for each identity.
    private static func identities(_ count: Int) {
        let bytes = count * 2560 / shards
        let body = Sample.page(records: 0)
        var tables = (0..<shards).map { _ in Table(limits: .hour(bytes: bytes)) }
        for number in 0..<count {
            // Each page has bytes of its own, like real responses.
            let own = body.map { $0 }
            let key = Sample.key(number)
            tables[key.dataset.owner.shard(among: shards)].fetch(key, body: own, now: Instant(nanoseconds: 1))
        }
        let keys = sample(of: count).map { Sample.key($0) }
        var next = 0
        let took = nanoseconds(of: keys.count * 8) {
            let key = keys[next]
            next = next + 1 == keys.count ? 0 : next + 1
            keep(
                tables[key.dataset.owner.shard(among: shards)].lookUp(key, now: Instant(nanoseconds: 2)) { 0 }
            )
        }
        let cached = tables.reduce((pages: 0, bytes: 0)) { sum, table in
            (sum.pages + table.statistics.pages, sum.bytes + table.statistics.bytes)
        }
        print(
            #"{"pages":\#(cached.pages),"bytes":\#(cached.bytes),"limit":\#(bytes * shards),"nanoseconds":\#(took)}"#
        )
    }

    /// Throttles `count` keys with one request each, 100 000 a second, and a regular caller with 16 a second.
    private static func keys(_ count: Int) {
        var throttle = Throttle(.slow, capacity: 65536, now: Instant(nanoseconds: 0))
        let regular = ThrottleKey.identity(Sample.owner(-1))
        var (requested, admitted, strangers) = (0, 0, 0)
        var now = Instant(nanoseconds: 0)
        let took = nanoseconds(of: 1) {
            for number in 0..<count {
                now = now.advanced(byNanoseconds: 10_000)
                if throttle.consume(.identity(Sample.owner(number)), now: now).isAdmitted { strangers += 1 }
                guard number % 6250 == 0 else { continue }
                requested += 1
                if throttle.consume(regular, now: now).isAdmitted { admitted += 1 }
            }
        }
        print(
            #"{"seen":\#(count),"kept":\#(throttle.count),"strangers":\#(strangers),"asked":\#(requested),"#
                + #""admitted":\#(admitted),"nanoseconds":\#(took / Int64(max(1, count)))}"#
        )
    }

    private static let shards = 16

    /// Returns numbers below `count` in a random order that is the same in each run.
    private static func sample(of count: Int) -> [Int] {
        var state: UInt64 = 88_172_645_463_325_252
        return (0..<min(count, 65536)).map { _ in
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(truncatingIfNeeded: state % UInt64(max(1, count)))
        }
    }
}
