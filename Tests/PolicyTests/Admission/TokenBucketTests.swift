import Messages
import Policy
import TestSupport
import Testing

struct TokenBucketTests {
    /// The same bucket in 128-bit arithmetic, from the definition, in units of 1e-9 token.
    ///
    /// It holds its burst, or what flowed in since it was last full, less what was taken.
    private struct Exact {
        var perSecond: Int128
        var capacity: Int128
        var level: Int128
        var seen: Int128

        mutating func refill(now: Int64) {
            guard Int128(now) > seen else { return }
            level = min(capacity, level + (Int128(now) - seen) * perSecond)
            seen = Int128(now)
        }

        mutating func consumeIntoDebt(now: Int64) {
            refill(now: now)
            level = max(-capacity, level - 1_000_000_000)
        }

        mutating func consume(now: Int64) -> Bool {
            refill(now: now)
            guard level >= 1_000_000_000 else { return false }
            level -= 1_000_000_000
            return true
        }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func agreesToTheTokenWithExactArithmetic(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let magnitudes: [Int64] = [1, 7, 200, 99_991, 1_000_000_000]
        let rate = try rate(magnitudes[random.below(5)], burst: magnitudes[random.below(5)])
        var now: Int64 = seed % 3 == 0 ? -5_000_000_000 : 0
        var bucket = TokenBucket(rate, now: Instant(nanoseconds: now))
        let capacity = Int128(rate.burst) * 1_000_000_000
        var exact = Exact(
            perSecond: Int128(rate.tokens),
            capacity: capacity,
            level: capacity,
            seen: Int128(now)
        )
        for step in 0..<3000 {
            switch random.below(12) {
            case 0: now -= Int64(random.below(2_000_000_000))
            case 1: now = now.addingReportingOverflow(Int64(random.below(1 << 30)) << 20).partialValue
            case 2...4: now += 1_000_000_000 / rate.tokens
            default: now += Int64(random.below(3))
            }
            now = min(max(now, -1 << 60), 1 << 62)
            if seed % 2 == 0, random.chance(oneIn: 3) {
                bucket.consumeIntoDebt(now: Instant(nanoseconds: now))
                exact.consumeIntoDebt(now: now)
            }
            let admitted = exact.consume(now: now)
            switch bucket.consume(now: Instant(nanoseconds: now)) {
            case .admitted(let remaining):
                guard admitted, Int128(remaining) == exact.level / 1_000_000_000 else {
                    Issue.record("admits too much at step \(step)")
                    return
                }
            case .refused(let wait):
                let missing = 1_000_000_000 - exact.level
                guard !admitted, Int128(wait) == (missing + exact.perSecond - 1) / exact.perSecond else {
                    Issue.record("admits too little at step \(step)")
                    return
                }
            }
        }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func overAnyWindowAdmitsNoMoreThanBurstAndRate(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let rate = try rate(Int64(1 + random.below(50)), burst: Int64(1 + random.below(20)))
        var bucket = TokenBucket(rate, now: Instant(nanoseconds: 0))
        var now: Int64 = 0
        var admissions: [Int64] = []
        for _ in 0..<3000 {
            now += Int64(random.below(40_000_000))
            if case .admitted = bucket.consume(now: Instant(nanoseconds: now)) { admissions.append(now) }
        }
        // Burst plus rate times length bounds every window if it bounds those between two admissions. With a(i) the
        // time of the i-th one, i - rate × a(i) rises by less than burst.
        var least = Int128.max
        for (number, time) in admissions.enumerated() {
            let height = Int128(number) * 1_000_000_000 - Int128(time) * Int128(rate.tokens)
            least = min(least, height)
            #expect(height - least <= Int128(rate.burst - 1) * 1_000_000_000)
        }
        #expect(admissions.count > 200)
    }

    @Test func aRequestIsAdmittedAfterTheWaitThatItWasToldAndNoSooner() throws {
        var bucket = TokenBucket(try rate(3, burst: 1), now: Instant(nanoseconds: 0))
        #expect(bucket.consume(now: Instant(nanoseconds: 0)) == .admitted(remaining: 0))
        #expect(bucket.consume(now: Instant(nanoseconds: 0)) == .refused(wait: 333_333_334))
        #expect(bucket.consume(now: Instant(nanoseconds: 333_333_333)) == .refused(wait: 1))
        #expect(bucket.consume(now: Instant(nanoseconds: 333_333_334)) == .admitted(remaining: 0))
    }

    @Test func aRateBelowOneInASecondIsExact() {
        let second: Int64 = 1_000_000_000
        var bucket = TokenBucket(.bounded(6, inSeconds: 60, burst: 1), now: Instant(nanoseconds: 0))
        #expect(bucket.consume(now: Instant(nanoseconds: 0)) == .admitted(remaining: 0))
        #expect(bucket.consume(now: Instant(nanoseconds: 0)) == .refused(wait: 10 * second))
        #expect(bucket.consume(now: Instant(nanoseconds: 10 * second - 1)) == .refused(wait: 1))
        #expect(bucket.consume(now: Instant(nanoseconds: 10 * second)) == .admitted(remaining: 0))
    }

    @Test(arguments: [1, 60, 3600] as [Int64], [1, 60, 3600] as [Int64])
    func aRateInAnotherTimeLeavesTheTokensAsTheyAre(before: Int64, after: Int64) {
        let now = Instant(nanoseconds: 0)
        var bucket = TokenBucket(.bounded(1, inSeconds: before, burst: 10), now: now)
        for _ in 0..<4 { _ = bucket.consume(now: now) }
        bucket.resize(.bounded(1, inSeconds: after, burst: 10), now: now)
        #expect(bucket.consume(now: now) == .admitted(remaining: 5))
        for _ in 0..<30 { bucket.consumeIntoDebt(now: now) }
        bucket.resize(.bounded(1, inSeconds: before, burst: 10), now: now)
        #expect(bucket.consume(now: now) == .refused(wait: 11 * before * 1_000_000_000))
    }

    @Test(arguments: [1, 60, 3600] as [Int64], [1, 60, 3600] as [Int64])
    func theGreatestRateAndBurstStayWithin64Bits(before: Int64, after: Int64) {
        let now = Instant(nanoseconds: 0)
        for sign in [1, -1] {
            var bucket = TokenBucket(.bounded(.max, inSeconds: before, burst: .max), now: now)
            if sign < 0 { for _ in 0..<3 { bucket.consumeIntoDebt(now: now) } }
            bucket.resize(.bounded(.max, inSeconds: after, burst: .max), now: now)
            bucket.resize(.bounded(1, inSeconds: before, burst: .max), now: Instant(nanoseconds: .max))
            guard case .admitted = bucket.consume(now: Instant(nanoseconds: .max)) else {
                Issue.record("a full bucket refuses")
                return
            }
        }
    }

    @Test func aClockThatStepsBackGivesNothingAndTakesNothing() throws {
        var bucket = TokenBucket(try rate(1, burst: 2), now: .milliseconds(10_000))
        _ = bucket.consume(now: .milliseconds(10_000))
        _ = bucket.consume(now: .milliseconds(10_000))
        #expect(bucket.consume(now: .milliseconds(0)) == .refused(wait: 1_000_000_000))
        #expect(bucket.consume(now: .milliseconds(9999)) == .refused(wait: 1_000_000_000))
        #expect(bucket.consume(now: .milliseconds(11_000)) == .admitted(remaining: 0))
    }

    @Test func aTokenGivenBackIsThereAgainButNeverOneTooMany() throws {
        let start = Instant(nanoseconds: 0)
        var bucket = TokenBucket(try rate(1, burst: 2), now: start)
        bucket.giveBack()
        #expect(bucket.consume(now: start) == .admitted(remaining: 1))
        bucket.giveBack()
        #expect(bucket.isFull(now: start))
    }

    @Test func aNewRateKeepsWhatWasGainedUpToTheNewBurst() throws {
        let start = Instant(nanoseconds: 0)
        var bucket = TokenBucket(try rate(1, burst: 10), now: start)
        for _ in 0..<7 { _ = bucket.consume(now: start) }
        bucket.resize(try rate(100, burst: 20), now: start)
        #expect(bucket.consume(now: start) == .admitted(remaining: 2))
        bucket.resize(try rate(1, burst: 1), now: start)
        #expect(bucket.consume(now: start) == .admitted(remaining: 0))
        #expect(bucket.consume(now: start) == .refused(wait: 1_000_000_000))
    }

    @Test(arguments: [
        (0, 1), (1, 0), (-1, 1), (1_000_000_001, 1), (1, 1_000_000_001), (Int64.min, Int64.max),
    ])
    func aRateOutOfBoundsIsNone(perSecond: Int64, burst: Int64) {
        #expect(Rate(perSecond: perSecond, burst: burst) == nil)
    }

    @Test func theGreatestRateAtTheEndOfTimeDoesNotOverflow() throws {
        var bucket = TokenBucket(
            try rate(Rate.maximum, burst: Rate.maximum),
            now: Instant(nanoseconds: .min)
        )
        #expect(bucket.consume(now: Instant(nanoseconds: .max)) == .admitted(remaining: Rate.maximum - 1))
    }
}
