import SigV4
import Testing

@testable import CredentialSources

struct RefreshMachineTests {
    private let born: Int64 = 1_000_000
    private let error = CredentialsError(.profile, "no")

    private func found(_ key: String, expiration: Int64? = nil) -> RefreshMachine.Found {
        RefreshMachine.Found(
            credentials: Credentials(
                accessKeyID: key,
                secretAccessKey: Secret("s"),
                expiration: expiration
            ),
            source: .environment
        )
    }

    /// A machine that has loaded credentials of an hour at `born`, without jitter.
    private func machineWithAnHour() -> (RefreshMachine, RefreshMachine.Found, end: Int64) {
        let value = found("A", expiration: born + 3600)
        var machine = RefreshMachine()
        _ = machine.requested(now: born)
        machine.loaded(value, now: born, jitter: 0)
        return (machine, value, born + 3600)
    }

    @Test
    func theFirstRequestLoadsAndTheOthersWait() {
        var machine = RefreshMachine()
        #expect(machine.requested(now: born) == .wait(start: true))
        #expect(machine.state == .loading)
        #expect(machine.requested(now: born) == .wait(start: false))
        #expect(machine.rejected(found("A").credentials, now: born) == .wait(start: false))
        machine.loaded(found("A"), now: born, jitter: 0)
        #expect(machine.state == .value(found("A")))
        #expect(machine.requested(now: .max - 1) == .use(found("A"), start: false))
    }

    @Test
    func aFailedFirstLoadIsNotRepeatedBeforeItsPauseIsOver() {
        var machine = RefreshMachine()
        _ = machine.requested(now: born)
        machine.failed(error, now: born, jitter: 0)
        #expect(machine.state == .none)
        #expect(machine.result() == .failure(error))
        #expect(machine.requested(now: born) == .fail(error))
        #expect(machine.requested(now: born + 1) == .wait(start: true))
    }

    @Test(arguments: [
        (0, "use", false), (2699, "use", false), (2700, "use", true), (2999, "use", true),
        (3000, "wait", true), (3599, "wait", true), (3600, "wait", true), (100_000, "wait", true),
    ])
    func anHourIsRenewedFifteenMinutesAheadAndWaitedForInTheLastTen(
        _ age: Int64,
        _ decision: String,
        _ start: Bool
    ) {
        var (machine, value, _) = machineWithAnHour()
        let expected: RefreshMachine.Decision =
            decision == "use" ? .use(value, start: start) : .wait(start: start)
        #expect(machine.requested(now: born + age) == expected)
        #expect(machine.state == (start ? .refreshing(value) : .value(value)))
    }

    @Test
    func onlyOneRefreshIsInProgress() {
        var (machine, value, end) = machineWithAnHour()
        #expect(machine.requested(now: end - 900) == .use(value, start: true))
        #expect(machine.requested(now: end - 900) == .use(value, start: false))
        #expect(machine.requested(now: end - 600) == .wait(start: false))
        #expect(machine.rejected(found("A").credentials, now: end - 900) == .wait(start: false))
    }

    @Test
    func aFailedRefreshKeepsTheOldOnesToTheirEndAndBeyond() {
        var (machine, value, end) = machineWithAnHour()
        var now = end - 900
        while now < end + 1800 {
            if case .use(_, start: false) = machine.requested(now: now) {
                now += 1
                continue
            }
            machine.failed(error, now: now, jitter: 999)
            #expect(machine.result() == .success(value))
            #expect(machine.isExpired(now: now) == (now >= end))
            #expect(machine.requested(now: now) == .use(value, start: false))
            now += 1
        }
        // A source that hangs must not slow requests down, which have credentials to try.
        #expect(machine.requested(now: now + 61) == .use(value, start: true))
        #expect(machine.requested(now: now + 61) == .use(value, start: false))
        let new = found("B", expiration: now + 7200)
        machine.loaded(new, now: now, jitter: 0)
        #expect(machine.requested(now: now) == .use(new, start: false))
        #expect(!machine.isExpired(now: now))
    }

    @Test
    func aFailingSourceIsTriedAgainBeforeTheCredentialsEnd() {
        var (machine, value, end) = machineWithAnHour()
        for _ in 0..<9 { machine.failed(error, now: end - 900, jitter: 999) }
        machine.failed(error, now: end - 40, jitter: 999)
        #expect(machine.requested(now: end - 31) == .use(value, start: false))
        #expect(machine.requested(now: end - 30) == .use(value, start: true))
    }

    @Test(arguments: [(1, 2), (2, 4), (3, 8), (4, 16), (5, 32), (6, 59), (7, 59), (1000, 59)])
    func thePauseGrowsToAMinuteAndNoFurther(_ failures: Int, _ ceiling: Int64) {
        for (jitter, expected) in [(Int64(0), Int64(1)), (999, 1 + ceiling * 999 / 1000)] {
            var machine = RefreshMachine()
            for _ in 0..<failures { machine.failed(error, now: born, jitter: jitter) }
            #expect(machine.requested(now: born + expected - 1) == .fail(error))
            #expect(machine.requested(now: born + expected) == .wait(start: true))
        }
    }

    @Test
    func aClockSetBackDoesNotHoldALoadUp() {
        var machine = RefreshMachine()
        machine.failed(error, now: born, jitter: 0)
        #expect(machine.requested(now: born - 3600) == .wait(start: true))
    }

    @Test
    func aRefusedKeyIsReloadedByOneRequestOnly() {
        var machine = RefreshMachine()
        _ = machine.requested(now: born)
        machine.loaded(found("A"), now: born, jitter: 0)
        #expect(machine.rejected(found("A").credentials, now: born) == .wait(start: true))
        #expect(machine.rejected(found("A").credentials, now: born) == .wait(start: false))
        machine.loaded(found("A"), now: born, jitter: 0)
        // The same again: with a load at every refusal, every request would read the files.
        #expect(machine.rejected(found("A").credentials, now: born) == .use(found("A"), start: false))
        #expect(machine.rejected(found("A").credentials, now: born + 1) == .wait(start: true))
        machine.loaded(found("B"), now: born + 1, jitter: 0)
        #expect(machine.rejected(found("A").credentials, now: born + 1) == .use(found("B"), start: false))
        #expect(machine.rejected(found("B").credentials, now: born + 1) == .wait(start: true))
    }

    @Test
    func thePauseGrowsWhileTheSameKeyIsRefusedAndFoundAgain() {
        var machine = RefreshMachine()
        _ = machine.requested(now: born)
        machine.loaded(found("A"), now: born, jitter: 0)
        var now = born
        for pause: Int64 in [2, 4, 8, 16, 32, 59, 59] {
            #expect(machine.rejected(found("A").credentials, now: now) == .wait(start: true))
            machine.loaded(found("A"), now: now, jitter: 999)
            now += 1 + pause * 999 / 1000
            #expect(machine.rejected(found("A").credentials, now: now - 1) == .use(found("A"), start: false))
        }
    }

    @Test
    func aLateRefusalOfAnOldKeyDoesNotWait() {
        var (machine, value, end) = machineWithAnHour()
        _ = machine.requested(now: end - 900)
        #expect(machine.rejected(found("older").credentials, now: end - 900) == .use(value, start: false))
    }

    @Test
    func aMinuteOfLifeIsRenewedInItsSecondHalf() {
        let value = found("A", expiration: born + 60)
        var machine = RefreshMachine()
        _ = machine.requested(now: born)
        machine.loaded(value, now: born, jitter: 0)
        #expect(machine.requested(now: born + 29) == .use(value, start: false))
        #expect(machine.requested(now: born + 30) == .use(value, start: true))
        #expect(machine.requested(now: born + 45) == .wait(start: false))
    }

    @Test
    func credentialsExpiredOnArrivalAreUsedAndReloadedAfterMinutes() {
        for (jitter, pause) in [(Int64(0), Int64(1020)), (999, 1500)] {
            let value = found("A", expiration: born - 5)
            var machine = RefreshMachine()
            _ = machine.requested(now: born)
            machine.loaded(value, now: born, jitter: jitter)
            #expect(machine.isExpired(now: born))
            #expect(machine.requested(now: born) == .use(value, start: false))
            #expect(machine.requested(now: born + pause - 1) == .use(value, start: false))
            #expect(machine.requested(now: born + pause) == .use(value, start: true))
        }
    }

    @Test
    func credentialsExpiredOnArrivalAreReloadedSoonerWhereAWSRefusesThem() {
        let value = found("A", expiration: born - 5)
        var machine = RefreshMachine()
        _ = machine.requested(now: born)
        machine.loaded(value, now: born, jitter: 0)
        #expect(machine.rejected(value.credentials, now: born) == .use(value, start: false))
        #expect(machine.rejected(value.credentials, now: born + 1) == .wait(start: true))
    }

    @Test
    func adoptedCredentialsAreUsedWhileTheFirstLoadIsInProgressAndAfterItFails() {
        let value = found("A", expiration: born + 1)
        var machine = RefreshMachine()
        machine.adopt(value)
        #expect(machine.requested(now: born + 10) == .use(value, start: true))
        #expect(machine.requested(now: born + 10) == .use(value, start: false))
        machine.failed(error, now: born + 10, jitter: 0)
        #expect(machine.requested(now: born + 10) == .use(value, start: false))
        #expect(machine.isExpired(now: born + 10))
        #expect(machine.requested(now: born + 11) == .use(value, start: true))
        machine.loaded(found("B"), now: born + 11, jitter: 0)
        #expect(machine.requested(now: born + 12) == .use(found("B"), start: false))
    }

    @Test
    func jitterSpreadsTheRefreshWithinTheAdvisoryWindow() {
        for jitter in [Int64(0), 500, 999] {
            var machine = RefreshMachine()
            _ = machine.requested(now: born)
            let value = found("A", expiration: born + 3600)
            machine.loaded(value, now: born, jitter: jitter)
            let due = born + 2700 + 150 * jitter / 1000
            #expect(machine.requested(now: due - 1) == .use(value, start: false))
            #expect(machine.requested(now: due) == .use(value, start: true))
        }
    }

    @Test(arguments: [Int64.min, -1, 0, .max])
    func noTimeTrapsTheMachine(_ now: Int64) {
        for expiration in [Int64.min, -1, 0, 1, .max] {
            var machine = RefreshMachine()
            _ = machine.requested(now: now)
            machine.loaded(found("A", expiration: expiration), now: now, jitter: 999)
            _ = machine.requested(now: .max)
            machine.failed(error, now: now, jitter: .max)
            _ = machine.requested(now: .min)
            _ = machine.isExpired(now: now)
            #expect(machine.result() == .success(found("A", expiration: expiration)))
        }
    }
}
