import Testing

@testable import Policy

/// Fetches in flight: joined, closed, completed, abandoned.
struct FetchBoardTests {
    private static let limit: Int64 = 15_000_000_000

    /// A board on which each fetch is known by its number.
    private struct Script {
        var board = FetchBoard<Int, Int>()
        private var clock = Stamp()

        /// Sends a fetch that asks a number.
        mutating func send(
            _ fetch: Int,
            for target: Int,
            asking: Int = 0,
            at time: Int64 = 0
        ) -> (Stamp, FetchLease) {
            let stamp = clock.next()
            let lease = board.send(
                fetch,
                for: target,
                asking: asking,
                stamp: stamp,
                now: .milliseconds(time),
                limit: FetchBoardTests.limit
            )
            return (stamp, lease)
        }

        /// Returns the fetch that a read may join that asks the number.
        func joinable(_ target: Int, asking: Int = 0, at time: Int64 = 0) -> Int? {
            board.joinable(target, now: .milliseconds(time), limit: FetchBoardTests.limit) { $0 == asking }
                .map { board[$0].fetch }
        }

        mutating func abandon(at time: Int64) -> Int? {
            board.abandonOverdue(now: .milliseconds(time), limit: FetchBoardTests.limit)
        }
    }

    @Test func theNewestFetchThatTheRuleAcceptsIsJoined() {
        var script = Script()
        #expect(script.joinable(3) == nil)
        for (fetch, question) in [(1, 7), (2, 7), (3, 8)] { _ = script.send(fetch, for: 3, asking: question) }
        #expect(script.joinable(3, asking: 7) == 2)
        #expect(script.joinable(3, asking: 8) == 3)
        #expect(script.joinable(3, asking: 9) == nil)
        #expect(script.joinable(2, asking: 7) == nil)
        #expect(script.board.count == 3)
    }

    @Test func aClosedTargetLetsNoReadJoinWhatWasSentBefore() {
        var script = Script()
        let (_, early) = script.send(1, for: 0)
        let (_, other) = script.send(2, for: 1)
        script.board.close(0)
        script.board.close(5)
        #expect(script.joinable(0) == nil)
        #expect(!early.isJoinable(now: .milliseconds(0)))
        #expect(script.joinable(1) == 2)
        #expect(other.isJoinable(now: .milliseconds(0)))
        let (_, late) = script.send(3, for: 0)
        #expect(script.joinable(0) == 3)
        #expect(late.isJoinable(now: .milliseconds(0)))
        #expect(script.board.count == 3, "those who wait for it still get its response")
    }

    @Test func aCompletedFetchIsGoneWithItsLease() {
        var script = Script()
        let (first, lease) = script.send(1, for: 0)
        let (second, _) = script.send(2, for: 0)
        script.board.complete(first, of: 0)
        script.board.complete(first, of: 0)
        script.board.complete(second, of: 1)
        #expect(!lease.isJoinable(now: .milliseconds(0)))
        #expect(script.board.count == 1)
        #expect(script.joinable(0) == 2)
        script.board.complete(second, of: 0)
        #expect(script.board.isEmpty(0))
        #expect(script.board.count == 0)
        #expect(script.board.lost == 0)
    }

    @Test func anOverdueFetchIsNotJoinedAndAbandonedOnce() {
        var script = Script()
        let (stamp, lease) = script.send(1, for: 4)
        _ = script.send(2, for: 2, at: 1)
        #expect(script.joinable(4, at: 14_999) == 1)
        #expect(script.abandon(at: 14_999) == nil)
        #expect(script.joinable(4, at: 15_000) == nil)
        #expect(!lease.isJoinable(now: .milliseconds(15_000)))
        #expect(script.abandon(at: 15_000) == 4)
        #expect(script.abandon(at: 15_000) == nil)
        #expect(script.board.isEmpty(4))
        #expect(script.board.lost == 1)
        script.board.complete(stamp, of: 4)
        #expect(script.board.count == 1)
        #expect(script.abandon(at: 15_001) == 2)
        #expect(script.board.count == 0)
    }

    @Test func aReadJoinsWhatWasSentAfterItCameAlsoIfThatIsClosed() {
        var board = FetchBoard<Int, Void>()
        var clock = Stamp()
        func joins(_ moment: Stamp?) -> Int? {
            board.joinable(0, after: moment, now: .milliseconds(0), limit: 1) { true }.map { board[$0].fetch }
        }
        func send(_ fetch: Int, isOpen: Bool = true) {
            let stamp = clock.next()
            _ = board.send(
                fetch,
                for: 0,
                asking: (),
                stamp: stamp,
                isOpen: isOpen,
                now: .milliseconds(0),
                limit: 1
            )
        }
        send(1)
        let asked = clock
        #expect(joins(asked) == nil)
        send(2)
        board.close(0)
        #expect(joins(asked) == 2)
        #expect(joins(nil) == nil)
        send(3, isOpen: false)
        #expect(joins(asked) == 2, "the third is of another runtime")
    }

    @Test func onlyConfirmationsThatMayStillComeBackAreCounted() {
        var board = FetchBoard<Int, Void>()
        var clock = Stamp()
        func hasMost(at time: Int64) -> Bool {
            board.hasMostConfirmations(0, now: .milliseconds(time), limit: 1_000_000)
        }
        func send(_ isConfirmation: Bool) -> Stamp {
            let stamp = clock.next()
            _ = board.send(
                0,
                for: 0,
                asking: (),
                stamp: stamp,
                isConfirmation: isConfirmation,
                now: .milliseconds(0),
                limit: 1_000_000
            )
            return stamp
        }
        _ = [send(false), send(false), send(true)]
        #expect(!hasMost(at: 0))
        let last = send(true)
        #expect(hasMost(at: 0))
        #expect(!hasMost(at: 1))
        board.complete(last, of: 0)
        #expect(!hasMost(at: 0))
    }
}
