import Messages
import Policy
import TestSupport
import Testing

struct S3FIFOTests {
    /// A cache of `capacity` equal entries over plain numbers.
    private struct Cache {
        var queue: S3FIFO
        var handles: [Int: Int] = [:]
        var keys: [Int]
        var free: [Int]

        init(capacity: Int) {
            queue = S3FIFO(bytes: capacity)
            keys = Array(repeating: -1, count: capacity)
            free = Array(0..<capacity)
        }

        mutating func ask(_ key: Int) -> Bool {
            if let handle = handles[key] {
                queue.touch(handle)
                return true
            }
            if free.isEmpty, let victim = queue.evict() {
                handles[keys[victim]] = nil
                free.append(victim)
            }
            guard let handle = free.popLast() else { return false }
            (handles[key], keys[handle]) = (handle, key)
            queue.insert(handle, fingerprint: UInt64(key), cost: 1)
            return false
        }
    }

    @Test func aScanOfKeysThatAreNotAccessedAgainLeavesTheHotSet() {
        var cache = Cache(capacity: 1000)
        var random = SplitMix64(seed: 7)
        func hitRate(scanning: Bool, scanned: inout Int) -> Double {
            var hits = 0
            for _ in 0..<100_000 {
                if cache.ask(random.below(800)) { hits += 1 }
                for _ in 0..<(scanning ? 10 : 0) {
                    scanned += 1
                    _ = cache.ask(1000 + scanned)
                }
            }
            return Double(hits) / 100_000
        }
        var scanned = 0
        _ = hitRate(scanning: false, scanned: &scanned)
        let quiet = hitRate(scanning: false, scanned: &scanned)
        let stormy = hitRate(scanning: true, scanned: &scanned)
        #expect(scanned == 1_000_000)
        #expect(quiet > 0.99)
        #expect(stormy >= quiet - 0.1)
    }

    @Test func aKeyThatReturnsSoonEntersTheMainQueue() {
        var cache = Cache(capacity: 100)
        for key in 0..<150 { _ = cache.ask(key) }
        let wasThere = cache.ask(10)
        for key in 1000..<1200 { _ = cache.ask(key) }
        let isThere = cache.ask(10)
        #expect(!wasThere && isThere)
    }

    @Test func theBytesAndTheGhostsStayBounded() {
        var queue = S3FIFO(bytes: 1000)
        var random = SplitMix64(seed: 3)
        var cached: [Int: Int] = [:]
        for step in 0..<20_000 {
            let handle = random.below(64)
            let cost = random.below(100)
            switch random.below(4) {
            case 0, 1:
                cached[handle] = cost
                queue.insert(handle, fingerprint: UInt64(step % 500), cost: cost)
            case 2: if cached[handle] != nil { queue.touch(handle) }
            default:
                cached[handle] = nil
                queue.remove(handle)
            }
            while queue.bytes > 1000, let victim = queue.evict() {
                if cached.removeValue(forKey: victim) == nil { Issue.record("evicted what was not there") }
            }
            if queue.bytes != cached.values.reduce(0, +) || queue.count != cached.count
                || queue.ghostCount > 64
            {
                Issue.record("lost count at step \(step)")
                return
            }
        }
    }

    @Test func anEmptyQueueHasNothingToEvict() {
        var queue = S3FIFO(bytes: 100)
        let victim = queue.evict()
        #expect(victim == nil)
    }
}
