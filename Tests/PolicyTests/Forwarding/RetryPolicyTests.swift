import Messages
import Policy
import TestSupport
import Testing

struct RetryPolicyTests {
    private func decide(
        _ failure: AttemptFailure,
        attempt: Int = 1,
        isIdempotent: Bool = true,
        timeLeft: Int64 = 5_000_000_000,
        budget: RetryBudget = RetryBudget(),
        random: UInt64 = 0
    ) -> RetryPolicy.Decision {
        var budget = budget
        return RetryPolicy().decide(
            afterAttempt: attempt,
            failure: failure,
            isIdempotent: isIdempotent,
            timeLeft: timeLeft,
            budget: &budget,
            random: random
        )
    }

    @Test(arguments: [
        (AttemptFailure.transport(.nothingSent), true, true), (.transport(.sent), true, false),
        (.transport(.partlyReceived), true, false), (.answered(status: 500), true, false),
        (.answered(status: 502), true, false), (.answered(status: 503), true, false),
        (.answered(status: 504), true, false), (.answered(status: 501), false, false),
        (.answered(status: 429), false, false), (.answered(status: 400), false, false),
        (.answered(status: 409), false, false), (.answered(status: 200), false, false),
    ])
    func aReadIsRepeatedIfItMayPassAndAWriteIfNothingWasSent(failure: AttemptFailure, read: Bool, write: Bool)
    {
        #expect((decide(failure) == .retry(pause: 0)) == read)
        #expect((decide(failure, isIdempotent: false) == .retry(pause: 0)) == write)
    }

    @Test func thereIsOneRetryAtMost() {
        #expect(decide(.transport(.nothingSent), attempt: 2) == .giveUp(.enoughAttempts))
    }

    @Test func aRetryThatCannotEndInTimeIsNotMade() {
        #expect(decide(.transport(.sent), timeLeft: 99_999_999) == .giveUp(.noTime))
        #expect(decide(.transport(.sent), timeLeft: 100_000_000) == .retry(pause: 0))
        #expect(decide(.transport(.sent), timeLeft: 100_000_000, random: .max) == .giveUp(.noTime))
        #expect(decide(.transport(.sent), timeLeft: .min) == .giveUp(.noTime))
    }

    @Test func thePauseIsTheRandomPartOfTheLongest() {
        #expect(decide(.transport(.sent), random: 1 << 63) == .retry(pause: 25_000_000))
        #expect(decide(.transport(.sent), random: .max) == .retry(pause: 49_999_999))
    }

    @Test func aRetryIsPaidForAndNoneIsMadeWithoutABudget() {
        var budget = RetryBudget()
        while budget.spend() {}
        #expect(decide(.transport(.sent), budget: budget) == .giveUp(.noBudget))
        #expect(decide(.answered(status: 429), budget: budget) == .giveUp(.final))
    }

    @Test func retriesAddATenthAtMostAtAnyRateOfFailures() {
        for (seed, failing) in [(1 as UInt64, 100), (2, 50), (3, 12), (4, 10), (5, 1)] {
            var random = SplitMix64(seed: seed)
            var budget = RetryBudget()
            var (calls, retries) = (0, 0)
            for _ in 0..<20_000 {
                calls += 1
                if random.below(100) >= failing { budget.earn() } else if budget.spend() { retries += 1 }
                #expect(retries * 10 <= calls + 50)
            }
            #expect(retries >= 5)
        }
    }

    @Test func theBudgetIsCapped() {
        var budget = RetryBudget()
        for _ in 0..<10_000 { budget.earn() }
        #expect(budget.units == RetryBudget.capacity)
    }
}
