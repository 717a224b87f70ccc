import Policy
import Testing

struct ClockSkewTests {
    private let hour: Int64 = 3600
    private let wallClock: Int64 = 1_800_000_000
    private let start = Instant(nanoseconds: 0)

    /// Refuses what was signed with the present offset, as an upstream whose clock is `skew` seconds ahead does.
    private func refuse(_ clock: inout ClockSkew, skew: Int64, at now: Instant) -> ClockSkew.Advice {
        clock.refused(date: wallClock + skew, wallClock: wallClock, signedWith: clock.offset, now: now)
    }

    @Test(arguments: [-10_800, -900, -241, 241, 600, 901, 10_800, 86_400] as [Int64])
    func learnsFromOneResponseAndStaysThere(skew: Int64) {
        var clock = ClockSkew()
        #expect(refuse(&clock, skew: skew, at: start) == .signAgain)
        #expect(clock.offset == skew)
        clock.accepted(signedWith: skew)
        #expect(clock.offset == skew)
        #expect(refuse(&clock, skew: skew, at: start) == .giveUp)
    }

    @Test(arguments: [-240, -1, 0, 240] as [Int64])
    func aDateThatAgreesTeachesNothing(skew: Int64) {
        var clock = ClockSkew()
        #expect(refuse(&clock, skew: skew, at: start) == .giveUp)
        #expect(clock.offset == 0)
    }

    @Test func aFalseDateIsUndoneByARefusalWithATrueOne() {
        var clock = ClockSkew()
        #expect(refuse(&clock, skew: 5 * hour, at: start) == .signAgain)
        #expect(refuse(&clock, skew: 0, at: start) == .signAgain)
        #expect(clock.offset == 0)
    }

    @Test func aFalseDateIsUndoneByASuccessWithTheOldOffset() {
        var clock = ClockSkew()
        _ = refuse(&clock, skew: 5 * hour, at: start)
        clock.accepted(signedWith: 0)
        #expect(clock.offset == 0)
    }

    @Test func aFalseDateMovesTheOffsetFarOnlyOnce() {
        var clock = ClockSkew()
        #expect(refuse(&clock, skew: 5 * hour, at: start) == .signAgain)
        #expect(refuse(&clock, skew: -7 * hour, at: start) == .giveUp)
        #expect(clock.offset == 0)
        #expect(refuse(&clock, skew: 5 * hour, at: .milliseconds(299_999)) == .giveUp)
        #expect(clock.offset == 0)
        #expect(refuse(&clock, skew: 5 * hour, at: .milliseconds(300_000)) == .signAgain)
    }

    @Test func requestsInFlightWithTheOldOffsetSignAgainWithTheNewOne() {
        var clock = ClockSkew()
        _ = refuse(&clock, skew: 3 * hour, at: start)
        let date = wallClock + 3 * hour + 2
        #expect(clock.refused(date: date, wallClock: wallClock, signedWith: 0, now: start) == .signAgain)
        #expect(clock.offset == 3 * hour)
        clock.accepted(signedWith: 3 * hour)
        #expect(refuse(&clock, skew: 0, at: start) == .signAgain)
        clock.accepted(signedWith: 0)
        #expect(clock.offset == 0)
    }

    @Test(arguments: [Int64.min, .max, 0, -1])
    func anImpossibleDateTeachesNothing(date: Int64) {
        var clock = ClockSkew()
        let advice = clock.refused(date: date, wallClock: wallClock, signedWith: 0, now: start)
        #expect(advice == .giveUp)
        #expect(clock.offset == 0)
    }
}
