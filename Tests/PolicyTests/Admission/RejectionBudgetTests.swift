import Messages
import Policy
import TestSupport
import Testing

struct RejectionBudgetTests {
    private static func at(_ nanoseconds: Int64) -> Instant { Instant(nanoseconds: nanoseconds) }

    /// Offers rejections of 20 µs without a pause, and returns the share of the time that they took.
    private func share(of time: Int64) -> Double {
        var budget = RejectionBudget(now: Self.at(0))
        var (now, spent): (Int64, Int64) = (0, 0)
        while now < time {
            if budget.hasTime(now: Self.at(now)) {
                budget.spend(20_000, now: Self.at(now))
                (now, spent) = (now + 20_000, spent + 20_000)
            } else {
                now += 1000
            }
        }
        return Double(spent) / Double(time)
    }

    @Test func aFloodTakesAQuarter() {
        #expect((0.245...0.26).contains(share(of: 1_000_000_000)))
    }

    @Test func aWholeWindowIsThereAtFirst() {
        var budget = RejectionBudget(now: Self.at(5))
        for number in 0..<125 {
            let hasTime = budget.hasTime(now: Self.at(5))
            #expect(hasTime, "rejection \(number) of 20 µs, of the 2.5 ms of a window")
            budget.spend(20_000, now: Self.at(5))
        }
        let (before, after) = (budget.hasTime(now: Self.at(5)), budget.hasTime(now: Self.at(6)))
        #expect(!before && after)
    }

    /// Each stretch of time has at most its share, a window and one rejection, whatever times are drawn.
    @Test(arguments: 0..<50) func noStretchHasMoreThanItsShare(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var budget = RejectionBudget(now: Self.at(0))
        var now: Int64 = 0
        var spent: [(time: Int64, cost: Int64)] = []
        let longest: Int64 = 300_000
        for _ in 0..<400 {
            now += Int64(random.next() % 200_000)
            guard budget.hasTime(now: Self.at(now)) else { continue }
            let cost = Int64(random.next() % UInt64(longest)) + 1
            budget.spend(cost, now: Self.at(now))
            spent.append((now, cost))
            now += cost
        }
        for first in spent.indices {
            var sum: Int64 = 0
            for last in first..<spent.count {
                sum += spent[last].cost
                let stretch = spent[last].time - spent[first].time
                let most = (RejectionBudget.window + stretch) / RejectionBudget.parts + longest
                #expect(sum <= most, "\(sum) ns in \(stretch) ns")
            }
        }
    }

    @Test(arguments: [Int64.min, -1, 0, 1, 1_000_000, .max]) func itNeverRestsForLonger(cost: Int64) {
        for start in [Int64.min, 0, .max - RejectionBudget.longestRest - 1] {
            var budget = RejectionBudget(now: Self.at(start))
            for _ in 0..<1000 { budget.spend(cost, now: Self.at(start)) }
            let hasTime = budget.hasTime(now: Self.at(start + RejectionBudget.longestRest + 1))
            #expect(hasTime)
        }
    }

    @Test func anEarlierReadingOfTheClockGainsNothing() {
        var budget = RejectionBudget(now: Self.at(100))
        budget.spend(RejectionBudget.window, now: Self.at(100))
        let (earlier, same) = (budget.hasTime(now: Self.at(.min)), budget.hasTime(now: Self.at(100)))
        #expect(!earlier && !same)
    }
}
