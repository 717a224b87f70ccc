import Messages
import Policy
import TestSupport
import Testing

/// A bucket that is charged for work which is not refused.
struct TokenBucketDebtTests {
    private let start = Instant(nanoseconds: 0)

    /// Charges each admitted request for as many further ones as a burst has.
    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func overAnyWindowChargesNoMoreThanTwoBurstsAndRate(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let rate = try rate(Int64(1 + random.below(50)), burst: Int64(1 + random.below(20)))
        var bucket = TokenBucket(rate, now: start)
        var now: Int64 = 0
        var owed = 0
        var charges: [Int64] = []
        for _ in 0..<6000 {
            now += Int64(random.below(40_000_000))
            if owed > 0, random.chance(oneIn: 2) {
                bucket.consumeIntoDebt(now: Instant(nanoseconds: now))
                owed -= 1
                charges.append(now)
            } else if case .admitted = bucket.consume(now: Instant(nanoseconds: now)) {
                owed = random.below(Int(rate.burst) + 1)
                charges.append(now)
            }
        }
        // The bound of every window, as for a bucket without debt, with a level that spans two bursts.
        var least = Int128.max
        for (number, time) in charges.enumerated() {
            let height = Int128(number) * 1_000_000_000 - Int128(time) * Int128(rate.tokens)
            least = min(least, height)
            #expect(height - least <= Int128(2 * rate.burst - 1) * 1_000_000_000)
        }
        #expect(charges.count > 200)
    }

    @Test func aDebtIsPaidBackBeforeAnythingIsAdmitted() throws {
        var bucket = TokenBucket(try rate(1, burst: 4), now: start)
        #expect(bucket.consume(now: start) == .admitted(remaining: 3))
        for _ in 0..<5 { bucket.consumeIntoDebt(now: start) }
        #expect(bucket.consume(now: start) == .refused(wait: 3_000_000_000))
        #expect(bucket.consume(now: .milliseconds(2999)) == .refused(wait: 1_000_000))
        #expect(bucket.consume(now: .milliseconds(3000)) == .admitted(remaining: 0))
    }

    @Test func aDebtIsNeverMoreThanOneBurst() throws {
        var bucket = TokenBucket(try rate(1, burst: 2), now: start)
        for _ in 0..<100 { bucket.consumeIntoDebt(now: start) }
        #expect(bucket.consume(now: start) == .refused(wait: 3_000_000_000))
        #expect(bucket.consume(now: .milliseconds(3000)) == .admitted(remaining: 0))
    }

    @Test func aRefusalChargesNothing() throws {
        var bucket = TokenBucket(try rate(1, burst: 1), now: start)
        bucket.consumeIntoDebt(now: start)
        for _ in 0..<10 { #expect(bucket.consume(now: start) == .refused(wait: 1_000_000_000)) }
    }

    @Test func aBucketInDebtIsForgottenOnlyWhenItIsFullAgain() throws {
        var bucket = TokenBucket(try rate(1, burst: 1), now: start)
        bucket.consumeIntoDebt(now: start)
        bucket.consumeIntoDebt(now: start)
        #expect(!bucket.isFull(now: .milliseconds(1999)))
        #expect(bucket.isFull(now: .milliseconds(2000)))
    }

    @Test func aNewBurstBoundsTheDebt() throws {
        var bucket = TokenBucket(try rate(1, burst: 10), now: start)
        for _ in 0..<20 { bucket.consumeIntoDebt(now: start) }
        bucket.resize(try rate(1, burst: 2), now: start)
        #expect(bucket.consume(now: start) == .refused(wait: 3_000_000_000))
    }

    @Test func theGreatestDebtDoesNotOverflow() throws {
        let greatest = try rate(1, burst: Rate.maximum)
        var bucket = TokenBucket(try rate(Rate.maximum, burst: 1), now: Instant(nanoseconds: .min))
        bucket.resize(greatest, now: Instant(nanoseconds: .min))
        for _ in 0..<1000 { bucket.consumeIntoDebt(now: Instant(nanoseconds: .min)) }
        #expect(
            bucket.consume(now: Instant(nanoseconds: .min)) == .refused(wait: 1000 * 1_000_000_000)
        )
        #expect(bucket.consume(now: Instant(nanoseconds: .max)) == .admitted(remaining: Rate.maximum - 1))
    }
}
