import Policy
import Testing

struct LoopLagTests {
    private static let millisecond: Int64 = 1_000_000

    /// Returns the limit after responses of one loop, a millisecond apart, each late by its `lag`, with a refusal.
    private func limit(
        after responses: Int,
        most: Int = 96,
        refusing: Bool = true,
        lag: (Int) -> Int64
    ) -> Int {
        var load = LoopLag(most: most, now: Instant(nanoseconds: 0))
        for response in 0..<responses {
            if refusing { load.refused() }
            load.record(lag(response), now: Instant(nanoseconds: Int64(response) * Self.millisecond))
        }
        return load.limit
    }

    @Test func aLoopThatKeepsUpBearsAllThatMayBe() {
        #expect(limit(after: 500) { _ in Self.millisecond } == 96)
    }

    @Test func aLoopThatIsAlwaysLateBearsTheLeast() {
        #expect(limit(after: 500) { _ in 50 * Self.millisecond } == LoopLag.least)
        #expect(limit(after: 500, most: 2) { _ in 50 * Self.millisecond } == 2)
        #expect(limit(after: 500, most: 0) { _ in 50 * Self.millisecond } == 0)
    }

    @Test func beingALittleLateCostsLittle() {
        #expect(limit(after: 30) { _ in 5 * Self.millisecond } == 76, "four fifths, as four is of five")
    }

    @Test func aLateLoopThatRefusesNothingIsMerelyBusy() {
        #expect(limit(after: 500, refusing: false) { _ in 50 * Self.millisecond } == 96)
    }

    @Test func theLimitComesBackWholeWhenNothingIsRefused() {
        var load = LoopLag(most: 96, now: Instant(nanoseconds: 0))
        for response in 0..<600 {
            if response < 500 { load.refused() }
            load.record(50 * Self.millisecond, now: Instant(nanoseconds: Int64(response) * Self.millisecond))
            if response == 499 { #expect(load.limit == LoopLag.least) }
        }
        #expect(load.limit == 96)
    }

    @Test func someLateResponsesAmongManyAreForgiven() {
        #expect(limit(after: 500) { $0 % 10 == 0 ? 30 * Self.millisecond : 0 } == 96)
    }

    @Test func theLimitComesBackStepByStep() {
        var load = LoopLag(most: 96, now: Instant(nanoseconds: 0))
        var limits: [Int] = []
        for response in 0..<1200 {
            load.refused()
            let lag = response < 500 ? 90 * Self.millisecond : 0
            load.record(lag, now: Instant(nanoseconds: Int64(response) * Self.millisecond))
            if response >= 525 { limits.append(load.limit) }
        }
        #expect(limits.first == LoopLag.least + 4)
        #expect(limits.last == 96)
        #expect(zip(limits, limits.dropFirst()).allSatisfy { (0...4).contains($1 - $0) })
    }

    @Test(arguments: [Int64.min, -1, 0, .max]) func noSampleTraps(lag: Int64) {
        var load = LoopLag(most: 96, now: Instant(nanoseconds: .max))
        for time in [Int64.min, .max, 0] { load.record(lag, now: Instant(nanoseconds: time)) }
        #expect((LoopLag.least...96).contains(load.limit))
    }
}
