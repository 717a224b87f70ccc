import Testing

@testable import Gateway

/// One result for many who wait, whoever leaves and whenever.
@Suite(.timeLimit(.minutes(1))) struct FlightTests {
    @Test func whatLandedReachesThoseWhoComeLater() async {
        let flight = Flight<Int>()
        flight.land(1)
        flight.land(2)
        #expect(await flight.value() == 1)
        #expect(await flight.value() == 1)
    }

    @Test func aTaskThatIsCancelledAlreadyDoesNotWait() async {
        let flight = Flight<Int>()
        let (go, gone) = (Signal(), Signal())
        let task = Task {
            await go.reached()
            gone.fire()
            return await flight.value()
        }
        task.cancel()
        go.fire()
        #expect(await task.value == nil)
        #expect(gone.count == 1)
    }

    @Test func aTaskThatIsCancelledAlreadyStillGetsWhatHasLanded() async {
        let flight = Flight<Int>()
        flight.land(1)
        let go = Signal()
        let task = Task {
            await go.reached()
            return await flight.value()
        }
        task.cancel()
        go.fire()
        #expect(await task.value == 1)
    }

    /// Landing and leaving at the same time: each waiter is resumed once, with the value or without.
    @Test func landingAndLeavingMayMeet() async {
        for round in 0..<300 {
            let flight = Flight<Int>()
            let waiters = (0..<8).map { _ in Task { await flight.value() } }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { flight.land(round) }
                for waiter in waiters.prefix(4) { group.addTask { waiter.cancel() } }
            }
            for (index, waiter) in waiters.enumerated() {
                let value = await waiter.value
                #expect(value == round || (value == nil && index < 4))
            }
        }
    }
}
