import Policy
import Testing

struct InFlightLimitTests {
    @Test func letsInAsManyAsItMay() {
        var limit = InFlightLimit(total: 2, forwards: 5)
        let entered = (0..<3).map { _ in limit.enter(.forward) }
        #expect(entered == [true, true, false])
        #expect(limit.isFull)
        limit.leave(.forward)
        let again = limit.enter(.wait)
        #expect(again && limit.count == 2)
    }

    @Test func whoWaitsForAnothersForwardNeedsNoPlaceAmongTheForwards() {
        var limit = InFlightLimit(total: 4, forwards: 1)
        let forwards = (0..<2).map { _ in limit.enter(.forward) }
        #expect(forwards == [true, false])
        #expect(limit.isFull)
        let waits = (0..<4).map { _ in limit.enter(.wait) }
        #expect(waits == [true, true, true, false])
        limit.leave(.forward)
        #expect(!limit.isFull)
        let next = limit.enter(.forward)
        #expect(next && limit.count == 4)
    }

    @Test func aLowerLimitWaitsUntilEnoughHaveLeft() {
        var limit = InFlightLimit(total: 3, forwards: 3)
        for _ in 0..<3 { _ = limit.enter(.forward) }
        limit.resize(total: 3, forwards: 1)
        limit.leave(.forward)
        let whileFull = limit.enter(.forward)
        limit.leave(.forward)
        limit.leave(.forward)
        let whenEmpty = limit.enter(.forward)
        #expect(!whileFull && whenEmpty)
    }

    @Test func leavingTooOftenOpensNoPlace() {
        var limit = InFlightLimit(total: 1, forwards: 1)
        limit.leave(.forward)
        limit.leave(.wait)
        #expect(limit.count == 0)
        let entered = (0..<2).map { _ in limit.enter(.forward) }
        #expect(entered == [true, false])
    }
}
