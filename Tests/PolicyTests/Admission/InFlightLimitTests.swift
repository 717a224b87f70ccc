import Policy
import Testing

struct InFlightLimitTests {
    @Test func admitsUpToTheLimit() {
        var limit = InFlightLimit(total: 2, forwards: 5)
        let entered = (0..<3).map { _ in limit.acquire(.forward) }
        #expect(entered == [true, true, false])
        #expect(limit.isFull)
        limit.release(.forward)
        let again = limit.acquire(.wait)
        #expect(again && limit.count == 2)
    }

    @Test func waitingForAnotherForwardTakesNoSlotAmongTheForwards() {
        var limit = InFlightLimit(total: 4, forwards: 1)
        let forwards = (0..<2).map { _ in limit.acquire(.forward) }
        #expect(forwards == [true, false])
        #expect(limit.isFull)
        let waits = (0..<4).map { _ in limit.acquire(.wait) }
        #expect(waits == [true, true, true, false])
        limit.release(.forward)
        #expect(!limit.isFull)
        let next = limit.acquire(.forward)
        #expect(next && limit.count == 4)
    }

    @Test func aLowerLimitWaitsUntilEnoughAreReleased() {
        var limit = InFlightLimit(total: 3, forwards: 3)
        for _ in 0..<3 { _ = limit.acquire(.forward) }
        limit.resize(total: 3, forwards: 1)
        limit.release(.forward)
        let whileFull = limit.acquire(.forward)
        limit.release(.forward)
        limit.release(.forward)
        let whenEmpty = limit.acquire(.forward)
        #expect(!whileFull && whenEmpty)
    }

    @Test func releasingTooOftenFreesNoSlot() {
        var limit = InFlightLimit(total: 1, forwards: 1)
        limit.release(.forward)
        limit.release(.wait)
        #expect(limit.count == 0)
        let entered = (0..<2).map { _ in limit.acquire(.forward) }
        #expect(entered == [true, false])
    }
}
