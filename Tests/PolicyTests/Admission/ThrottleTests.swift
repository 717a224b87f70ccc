import CognitoSync
import Messages
import Policy
import TestSupport
import Testing

struct ThrottleTests {
    private let start = Instant(nanoseconds: 0)

    @Test func eachKeyHasItsOwnBucket() throws {
        var throttle = Throttle(try rate(1, burst: 2), capacity: 10, now: start)
        let admitted = ["a", "a", "a", "b"].map { throttle.consume($0, now: start).isAdmitted }
        #expect(admitted == [true, true, false, true])
    }

    @Test func aRefusalHasAllThatAResponseNeeds() throws {
        var throttle = Throttle(try rate(2, burst: 5), capacity: 10, now: start)
        let first = throttle.consume("a", now: start)
        #expect(first.remaining == 4)
        #expect(first.retryAfterNanoseconds == 0)
        for _ in 0..<4 { _ = throttle.consume("a", now: start) }
        let refusal = throttle.consume("a", now: Instant(nanoseconds: 1))
        #expect(!refusal.isAdmitted)
        #expect(refusal.remaining == 0)
        #expect(refusal.retryAfterNanoseconds == 499_999_999)
        #expect(refusal.retryAfterSeconds == 1)
        #expect(refusal.quota == 5)
        #expect(refusal.windowSeconds == 3)
    }

    @Test(arguments: [(200, 400, 2), (100, 100, 1), (1000, 10, 1), (1, 1_000_000_000, 1_000_000_000)])
    func theWindowIsTheTimeInWhichTheBucketFills(perSecond: Int64, burst: Int64, seconds: Int64) throws {
        let decision = ThrottleDecision(.admitted(remaining: 0), rate: try rate(perSecond, burst: burst))
        #expect(decision.windowSeconds == seconds)
    }

    @Test(arguments: [(6, 60, 1, 10), (6, 60, 12, 120), (1, 3600, 2, 7200), (90, 60, 3, 2)])
    func theWindowOfASlowRateIsInSecondsToo(tokens: Int64, time: Int64, burst: Int64, seconds: Int64) {
        let rate = Rate.bounded(tokens, inSeconds: time, burst: burst)
        #expect(ThrottleDecision(.admitted(remaining: 0), rate: rate).windowSeconds == seconds)
    }

    @Test func onlyAFullBucketIsForgotten() throws {
        var throttle = Throttle(try rate(1, burst: 2), capacity: 2, now: start)
        for key in [1, 1, 2] { _ = throttle.consume(key, now: start) }
        #expect(throttle.consume(3, now: start).isShared)
        #expect(!throttle.consume(3, now: .milliseconds(1000)).isShared)
        let first = throttle.consume(1, now: .milliseconds(1000))
        #expect(first.isAdmitted && first.remaining == 0 && !first.isShared)
        #expect(throttle.count == 2)
    }

    @Test func newcomersToAFullTableShareOneBucket() throws {
        var throttle = Throttle(try rate(1, burst: 3), capacity: 4, now: start)
        for key in 0..<4 { _ = throttle.consume(key, now: start) }
        let newcomers = (10..<20).map { throttle.consume($0, now: start) }
        #expect(newcomers.allSatisfy { $0.isShared })
        #expect(newcomers.filter(\.isAdmitted).count == 3)
    }

    @Test func aTokenGivenBackGoesToTheBucketOfItsKey() throws {
        var throttle = Throttle(try rate(1, burst: 1), capacity: 1, now: start)
        _ = throttle.consume(1, now: start)
        throttle.giveBack(2)
        throttle.giveBack(1)
        #expect(throttle.consume(1, now: start).isAdmitted)
    }

    @Test func aDebtBelongsToTheBucketOfItsKey() throws {
        var throttle = Throttle(try rate(1, burst: 2), capacity: 2, now: start)
        for _ in 0..<3 { throttle.consumeIntoDebt("a", now: start) }
        #expect(throttle.consume("a", now: start).retryAfterSeconds == 2)
        #expect(throttle.consume("b", now: start).remaining == 1)
        #expect(throttle.consume("a", now: .milliseconds(2000)).isAdmitted)
    }

    @Test func aDebtOfANewcomerToAFullTableIsThatOfTheSharedBucket() throws {
        var throttle = Throttle(try rate(1, burst: 2), capacity: 1, now: start)
        _ = throttle.consume(1, now: start)
        for _ in 0..<3 { throttle.consumeIntoDebt(2, now: start) }
        let refusal = throttle.consume(3, now: start)
        #expect(refusal.isShared && refusal.retryAfterSeconds == 2)
        #expect(throttle.consume(1, now: start).isAdmitted)
    }

    @Test func aDebtTakesANewRateOver() throws {
        var throttle = Throttle(try rate(1, burst: 1), capacity: 4, now: start)
        _ = throttle.consume(1, now: start)
        throttle.resize(try rate(10, burst: 3), now: start)
        for _ in 0..<2 { throttle.consumeIntoDebt(1, now: start) }
        #expect(throttle.consume(1, now: start).retryAfterNanoseconds == 300_000_000)
    }

    @Test func aReloadChangesTheRateAndKeepsTheLevels() throws {
        var throttle = Throttle(try rate(1, burst: 4), capacity: 4, now: start)
        for _ in 0..<3 { _ = throttle.consume(1, now: start) }
        throttle.resize(try rate(10, burst: 8), now: start)
        let decision = throttle.consume(1, now: start)
        #expect(decision.isAdmitted && decision.remaining == 0)
        #expect(throttle.consume(1, now: .milliseconds(100)).isAdmitted)
        #expect(throttle.consume(2, now: start).remaining == 7)
    }

    /// Sends a flood of identities, one request each, beside a caller that keeps to its rate.
    @Test(arguments: [2000, 200_000])
    func aFloodOfKeysNeitherGrowsTheTableNorStarvesAGoodCaller(keysPerSecond: Int) throws {
        var throttle = Throttle(try rate(20, burst: 40), capacity: 2000, now: start)
        var random = SplitMix64(seed: 9)
        var (asked, admitted, flood, shared) = (0, 0, 0, 0)
        let total = 200_000
        for step in 0..<total {
            let now = Instant(nanoseconds: Int64(step) * 1_000_000_000 / Int64(keysPerSecond))
            let decision = throttle.consume(1 + Int(random.next() >> 2), now: now)
            if decision.isShared { (shared, flood) = (shared + 1, flood + (decision.isAdmitted ? 1 : 0)) }
            let isDue = asked < step * 20 / keysPerSecond + 1
            if isDue {
                asked += 1
                if throttle.consume(0, now: now).isAdmitted { admitted += 1 }
            }
        }
        #expect(throttle.count == 2000)
        #expect(admitted * 100 >= asked * 95, "\(admitted) of \(asked)")
        let seconds = total / keysPerSecond
        #expect(flood <= 40 + 20 * seconds + 1, "\(flood) of \(shared)")
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func forgettingABucketChangesNoDecision(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let rate = try rate(50, burst: 3)
        var throttle = Throttle(rate, capacity: 8, now: start)
        var unbounded: [Int: TokenBucket] = [:]
        var now: Int64 = 0
        for _ in 0..<3000 {
            now += Int64(random.below(8_000_000))
            let key = random.below(random.chance(oneIn: 3) ? 200 : 6)
            let decision = throttle.consume(key, now: Instant(nanoseconds: now))
            if decision.isShared { continue }
            let outcome = unbounded[key, default: TokenBucket(rate, now: start)].consume(
                now: Instant(nanoseconds: now)
            )
            if decision != ThrottleDecision(outcome, rate: rate) {
                Issue.record("key \(key) at \(now)")
                return
            }
        }
    }
}

extension Throttle {
    /// Consumes a token of a caller named by a number or a word.
    fileprivate mutating func consume(_ key: some CustomStringConvertible, now: Instant) -> ThrottleDecision {
        consume(.caller(key.description), now: now)
    }

    fileprivate mutating func consumeIntoDebt(_ key: some CustomStringConvertible, now: Instant) {
        consumeIntoDebt(.caller(key.description), now: now)
    }

    fileprivate mutating func giveBack(_ key: some CustomStringConvertible) {
        giveBack(.caller(key.description))
    }
}
