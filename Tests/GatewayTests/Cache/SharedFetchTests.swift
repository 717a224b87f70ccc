import Testing

@testable import Gateway

/// A result for many waiters, of which some leave.
@Suite(.timeLimit(.minutes(1))) struct SharedFetchTests {
    @Test func aResultReachesLaterWaiters() async {
        let fetch = SharedFetch<Int>()
        fetch.complete(1)
        fetch.complete(2)
        #expect(await fetch.value() == 1)
        #expect(await fetch.value() == 1)
    }

    @Test func aCancelledTaskDoesNotWait() async {
        let fetch = SharedFetch<Int>()
        let (go, gone) = (Signal(), Signal())
        let task = Task {
            await go.reached()
            gone.fire()
            return await fetch.value()
        }
        task.cancel()
        go.fire()
        #expect(await task.value == nil)
        #expect(gone.count == 1)
    }

    @Test func aCancelledTaskStillGetsAResultThatIsThere() async {
        let fetch = SharedFetch<Int>()
        fetch.complete(1)
        let go = Signal()
        let task = Task {
            await go.reached()
            return await fetch.value()
        }
        task.cancel()
        go.fire()
        #expect(await task.value == 1)
    }

    /// Completes and cancels at the same time: each waiter is resumed once, with the value or without.
    @Test func completionAndCancellationMayCoincide() async {
        for round in 0..<300 {
            let fetch = SharedFetch<Int>()
            let waiters = (0..<8).map { _ in Task { await fetch.value() } }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { fetch.complete(round) }
                for waiter in waiters.prefix(4) { group.addTask { waiter.cancel() } }
            }
            for (index, waiter) in waiters.enumerated() {
                let value = await waiter.value
                #expect(value == round || (value == nil && index < 4))
            }
        }
    }
}
