import Policy
import Testing

/// The hold-down of equal events.
@Suite struct HoldDownTests {
    @Test func theFirstOfAPeriodIsToldAndTheOthersAreCounted() {
        var holdDown = HoldDown<String>()
        let told = (0..<18).map { _ in holdDown.mustTell("dns") }
        #expect(told == [true] + Array(repeating: false, count: 17))
        let other = holdDown.mustTell("tls")
        #expect(other, "another class is told at once")
        let first = holdDown.periodEnded("dns")
        let next = holdDown.mustTell("dns")
        let second = holdDown.periodEnded("dns")
        let third = holdDown.periodEnded("dns")
        #expect(first == 17 && second == 1 && third == nil)
        #expect(!next, "the next period has begun")
        let again = holdDown.mustTell("dns")
        #expect(again, "a quiet period forgets the class")
    }

    @Test func anEndWithoutABeginningIsQuiet() {
        var holdDown = HoldDown<String>()
        let end = holdDown.periodEnded("dns")
        #expect(end == nil)
    }
}
