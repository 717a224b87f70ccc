import Policy
import Testing

struct DeadlineTests {
    @Test func theTimeLeftEndsAtTheDeadline() {
        let deadline = Deadline(after: 10_000_000_000, from: .milliseconds(0))
        #expect(deadline.timeLeft(now: .milliseconds(9000)) == 1_000_000_000)
        #expect(deadline.timeLeft(now: .milliseconds(12_000)) == 0)
        #expect(deadline.isPast(now: .milliseconds(10_000)))
        #expect(!deadline.isPast(now: .milliseconds(9999)))
    }

    @Test func aDurationThatOverflowsEndsAtTheEndOfTime() {
        #expect(Deadline(after: .max, from: .milliseconds(1)).end.nanoseconds == .max)
    }
}
