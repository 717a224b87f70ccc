import Policy
import Testing

struct CircuitBreakerTests {
    private let start = Instant(nanoseconds: 0)

    private func permit(_ breaker: inout CircuitBreaker, now: Instant) throws -> CircuitBreaker.Permit {
        guard case .go(let permit) = breaker.admit(now: now) else { throw Refused() }
        return permit
    }

    private struct Refused: Error {}

    /// Returns a breaker that has just opened, at 0, with no part of its pause cut off.
    private func opened() throws -> CircuitBreaker {
        var breaker = CircuitBreaker()
        for _ in 0..<20 { breaker.failed(try permit(&breaker, now: start), now: start, random: 0) }
        return breaker
    }

    @Test func opensAfterTwentyFailuresInARow() throws {
        var breaker = CircuitBreaker()
        for _ in 0..<19 { breaker.failed(try permit(&breaker, now: start), now: start, random: 0) }
        #expect(breaker.isClosed)
        breaker.failed(try permit(&breaker, now: start), now: start, random: 0)
        #expect(!breaker.isClosed)
        #expect(breaker.admit(now: .milliseconds(1)) == .refused(retryAfter: 999_000_000))
    }

    @Test func oneSuccessForgetsTheFailures() throws {
        var breaker = CircuitBreaker()
        for round in 0..<100 {
            let permit = try permit(&breaker, now: start)
            if round % 19 == 18 {
                breaker.succeeded(permit)
            } else {
                breaker.failed(permit, now: start, random: 0)
            }
        }
        #expect(breaker.isClosed)
    }

    @Test func afterThePauseOneRequestProbesAndItsSuccessCloses() throws {
        var breaker = try opened()
        let probe = try permit(&breaker, now: .milliseconds(1000))
        #expect(probe.isProbe)
        #expect(breaker.admit(now: .milliseconds(1001)) == .refused(retryAfter: 14_999_000_000))
        breaker.succeeded(probe)
        #expect(breaker.isClosed)
        #expect(!(try permit(&breaker, now: .milliseconds(1002))).isProbe)
    }

    @Test func eachProbeThatFailsDoublesThePauseUpToHalfAMinute() throws {
        var breaker = try opened()
        var now = start
        for pause in [1, 2, 4, 8, 16, 30, 30] as [Int64] {
            guard case .refused(let wait) = breaker.admit(now: now) else { throw Refused() }
            #expect(wait == pause * 1_000_000_000)
            now = now.advanced(byNanoseconds: wait)
            breaker.failed(try permit(&breaker, now: now), now: now, random: 0)
        }
    }

    @Test func theRandomPartCutsOffHalfThePauseAtMost() throws {
        var breaker = CircuitBreaker()
        for _ in 0..<20 { breaker.failed(try permit(&breaker, now: start), now: start, random: .max) }
        #expect(breaker.admit(now: start) == .refused(retryAfter: 500_000_001))
    }

    @Test func requestsAdmittedBeforeItOpenedDecideNothing() throws {
        var breaker = CircuitBreaker()
        let early = try permit(&breaker, now: start)
        for _ in 0..<20 { breaker.failed(try permit(&breaker, now: start), now: start, random: 0) }
        breaker.succeeded(early)
        #expect(!breaker.isClosed)
        let probe = try permit(&breaker, now: .milliseconds(1000))
        breaker.failed(early, now: .milliseconds(1001), random: 0)
        breaker.succeeded(probe)
        #expect(breaker.isClosed)
        breaker.failed(probe, now: .milliseconds(1002), random: 0)
        breaker.failed(early, now: .milliseconds(1002), random: 0)
        #expect(
            breaker
                == {
                    var other = breaker; other.succeeded(probe); return other
                }()
        )
    }

    @Test func aLostProbeIsReplacedByTheNext() throws {
        var breaker = try opened()
        let lost = try permit(&breaker, now: .milliseconds(1000))
        let next = try permit(&breaker, now: .milliseconds(16_000))
        #expect(next.isProbe)
        breaker.failed(lost, now: .milliseconds(16_001), random: 0)
        breaker.succeeded(next)
        #expect(breaker.isClosed)
    }

    @Test func anAbandonedProbeIsReplacedAtOnce() throws {
        var breaker = try opened()
        breaker.abandoned(try permit(&breaker, now: .milliseconds(1000)), now: .milliseconds(1001))
        #expect(try permit(&breaker, now: .milliseconds(1001)).isProbe)
    }

    @Test(arguments: [
        (AttemptFailure.transport(.nothingSent), true), (.transport(.sent), true),
        (.answered(status: 503), true),
        (.answered(status: 429), false), (.answered(status: 404), false),
    ])
    func aRefusalByUpstreamIsNotItsFault(failure: AttemptFailure, counts: Bool) {
        #expect(failure.isUpstreamsFault == counts)
    }
}
