import Policy
import Testing

@testable import Gateway

/// The log lines about refusals of the gateway itself.
@Suite struct RefusalNoticesTests {
    private func time(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

    @Test func aNameIsToldOnceAMinuteAndAnotherAtOnce() {
        var notices = RefusalNotices()
        #expect(notices.mustTell("ExpiredTokenException", now: time(0)) == true)
        #expect(notices.mustTell("ExpiredTokenException", now: time(59)) == false)
        #expect(notices.mustTell("AccessDeniedException", now: time(59)) == true)
        #expect(notices.mustTell("ExpiredTokenException", now: time(60)) == true)
        #expect(notices.mustTell("ExpiredTokenException", now: time(61)) == false)
    }

    @Test func manyNamesAreNotToldWithoutEnd() {
        var notices = RefusalNotices()
        let told = (0..<1000).count { notices.mustTell("\($0)", now: time(0)) }
        #expect(told == 8)
    }
}
