import NIOCore
import Serving
import Testing

/// The deadlines of a connection, at times that the test chooses.
struct ConnectionDeadlinesTests {
    private let start = NIODeadline.now()

    private func deadlines(handshake: Bool = false) -> ConnectionDeadlines {
        ConnectionDeadlines(timeouts: .init(ServerTimeouts()), handshake: handshake, now: start)
    }

    /// Returns the time of the deadline, from the start, and its kind; nil if there is none.
    private func expiry(_ deadlines: ConnectionDeadlines) -> (TimeAmount, ConnectionDeadlines.Expiry?)? {
        guard let due = deadlines.due else { return nil }
        #expect(deadlines.expired(now: due - .nanoseconds(1)) == nil)
        return (due - start, deadlines.expired(now: due))
    }

    @Test func aNewConnectionMustSendAByteWithinFiveSeconds() throws {
        #expect(try #require(expiry(deadlines())) == (.seconds(5), .silence))
    }

    @Test func theHandshakeAndTheSilenceAfterItHaveDeadlinesOfTheirOwn() throws {
        var deadlines = deadlines(handshake: true)
        #expect(deadlines.isHandshaking)
        #expect(try #require(expiry(deadlines)) == (.seconds(5), .handshake))
        deadlines.handshakeEnded(now: start + .seconds(4))
        #expect(!deadlines.isHandshaking)
        #expect(try #require(expiry(deadlines)) == (.seconds(9), .silence))
    }

    @Test func aHeadHasFiveSecondsFromItsFirstByteHoweverItTrickles() throws {
        var deadlines = deadlines()
        deadlines.headBegan(now: start + .seconds(3))
        deadlines.bodyReceived(100)
        #expect(try #require(expiry(deadlines)) == (.seconds(8), .request))
    }

    @Test(arguments: [
        (0, TimeAmount.seconds(2)), (2048, .seconds(2)), (3072, .seconds(3)), (10_240, .seconds(10)),
        (4 << 20, .seconds(10)),
    ])
    func aBodyExtendsItsDeadlineByItsBytesButNeverBeyondTenSeconds(received: Int, expected: TimeAmount) throws
    {
        var deadlines = deadlines()
        deadlines.headBegan(now: start)
        deadlines.bodyBegan(now: start)
        deadlines.bodyReceived(received / 2)
        deadlines.bodyReceived(received - received / 2)
        #expect(try #require(expiry(deadlines)) == (expected, .request))
    }

    @Test func aRequestInWorkHasNoDeadlineHere() {
        var deadlines = deadlines()
        deadlines.requestWhole()
        #expect(deadlines.due == nil)
        #expect(deadlines.expired(now: start + .seconds(1_000_000)) == nil)
    }

    @Test func aWriteThatMovesContinuesAndOneThatStallsExpires() {
        var deadlines = deadlines()
        deadlines.writeBegan(unsent: 1000, now: start)
        #expect(deadlines.due == start + .milliseconds(2500))
        #expect(deadlines.expired(now: start + .milliseconds(2500)) == nil)
        deadlines.writeChecked(unsent: 999, now: start + .milliseconds(2500))
        for step in 2...4 {
            deadlines.writeChecked(unsent: 999, now: start + .milliseconds(2500 * Int64(step)))
        }
        #expect(deadlines.expired(now: start + .milliseconds(12_499)) == nil)
        #expect(deadlines.expired(now: start + .milliseconds(12_500)) == .stall)
    }

    @Test func anIdleConnectionHas75SecondsAndMuchLessWhileDraining() throws {
        var deadlines = deadlines()
        deadlines.responded(now: start)
        #expect(try #require(expiry(deadlines)) == (.seconds(75), .silence))
        deadlines.drain(now: start + .seconds(1))
        #expect(try #require(expiry(deadlines)) == (.milliseconds(1200), .silence))
        deadlines.headBegan(now: start + .seconds(1))
        deadlines.drain(now: start + .seconds(2))
        #expect(try #require(expiry(deadlines)) == (.seconds(6), .request))
    }

    @Test func aCallerHasTwoSecondsToReadItsLastResponse() throws {
        var deadlines = deadlines()
        deadlines.lingerBegan(now: start)
        #expect(try #require(expiry(deadlines)) == (.seconds(2), .linger))
    }
}
