import Policy
import Testing

/// The refresh of a set of keys, in virtual time.
@Suite struct KeySetRefreshTests {
    private static let second: Int64 = 1_000_000_000

    private static func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * second) }

    private func at(_ seconds: Int64) -> Instant { Self.at(seconds) }

    private func machine(refresh: Int64 = 600, cooldown: Int64 = 30) -> KeySetRefresh {
        KeySetRefresh(refresh: refresh * Self.second, cooldown: cooldown * Self.second, now: at(0))
    }

    /// A machine with keys of the moment 0.
    private func filled(maximumAge: Int64? = nil, jitter: Int64 = 0) -> KeySetRefresh {
        var machine = machine()
        _ = machine.tick(now: at(0))
        machine.fetched(maximumAge: maximumAge.map { $0 * Self.second }, now: at(0), jitter: jitter)
        return machine
    }

    /// Returns the second of the first fetch in the background.
    private func due(_ machine: KeySetRefresh) -> Int64? {
        var machine = machine
        return (0...4000).first { machine.tick(now: at($0)) }
    }

    @Test func theFirstFetchIsDueAtOnceAndAlone() {
        var machine = machine()
        let (first, second) = (machine.tick(now: at(0)), machine.tick(now: at(0)))
        #expect(first && !second)
        #expect(!machine.mayUse(now: at(0)))
        let decision = machine.missed([], now: at(0))
        #expect(decision == .wait)
    }

    @Test func theFirstKeysNeedNoCooldown() {
        var machine = machine()
        let first = machine.missed([], now: at(0))
        machine.failed(now: at(0), jitter: 0)
        let (early, late) = (machine.missed([], now: at(0)), machine.missed([], now: at(1)))
        #expect([first, early, late] == [.fetch, .refuse, .fetch])
        machine.fetched(maximumAge: nil, now: at(1), jitter: 0)
        let missing = machine.missed([1], now: at(1))
        #expect(missing == .fetch)
    }

    @Test func theAgeOfKeysGoesOnUnderOtherTimes() {
        var machine = KeySetRefresh(refresh: Self.second, cooldown: 0, now: at(10), succeeding: filled())
        #expect(machine.age(now: at(10)) == 10 * Self.second)
        let isDue = machine.tick(now: at(10))
        #expect(isDue)
    }

    @Test func aChangedPlaceStartsAFetchUnlessOneIsInFlight() {
        var machine = filled()
        let (first, second) = (machine.changed(), machine.changed())
        #expect(first && !second)
    }

    @Test(
        arguments: [
            (nil, 0, 450), (nil, 999, 534), (300, 0, 225), (1, 0, 45), (0, 0, 45), (86_400, 0, 2700),
            (86_400, 999, 3204), (Int64.max / second, 0, 2700),
        ] as [(Int64?, Int64, Int64)]
    )
    func keysAreFetchedAgainBeforeTheEndOfTheirBoundedLife(maximumAge: Int64?, jitter: Int64, due: Int64) {
        #expect(self.due(filled(maximumAge: maximumAge, jitter: jitter)) == due)
    }

    @Test func aThousandInventedNamesCauseOneFetch() {
        var machine = filled()
        var fetches = 0
        for number in 0..<1000 {
            let name = Array("kid-\(number)".utf8)
            switch machine.missed(name, now: at(1)) {
            case .fetch: fetches += 1
            case .wait: machine.recordAbsent(name, now: at(1))
            case .refuse: break
            }
            if number == 10 { machine.fetched(maximumAge: nil, now: at(1), jitter: 0) }
        }
        #expect(fetches == 1)
    }

    @Test func aMissingKeyStartsAFetchOnceForEachCooldown() {
        var machine = filled()
        var starts: [Int64] = []
        for second in 1...100 {
            let name = Array("kid-\(second)".utf8)
            guard machine.missed(name, now: at(Int64(second))) == .fetch else { continue }
            starts.append(Int64(second))
            machine.fetched(maximumAge: nil, now: at(Int64(second)), jitter: 0)
        }
        #expect(starts == [1, 31, 61, 91])
    }

    @Test func aNameThatNoKeyHasStartsNoFetchForFiveMinutes() {
        var machine = filled()
        let decisions = [
            machine.missed([1], now: at(1)), machine.missed([1], now: at(1)),
        ]
        #expect(decisions == [.fetch, .wait])
        machine.fetched(maximumAge: nil, now: at(2), jitter: 0)
        machine.recordAbsent([1], now: at(2))
        let later = [machine.missed([1], now: at(60)), machine.missed([1], now: at(301))]
        #expect(later == [.refuse, .refuse])
        let end = machine.missed([1], now: at(302))
        #expect(end == .fetch)
    }

    @Test func theMemoryOfNamesIsBoundedAndDropsTheOldest() {
        var machine = filled()
        for number in 0..<UInt16(KeySetRefresh.mostAbsent + 1) {
            let name = [UInt8(number >> 8), UInt8(number & 0xFF)]
            machine.recordAbsent(name, now: Instant(nanoseconds: Self.second + Int64(number)))
        }
        let (oldest, second) = (machine.missed([0, 0], now: at(2)), machine.missed([0, 1], now: at(2)))
        #expect(oldest == .fetch)
        #expect(second == .refuse)
    }

    @Test func keysServeWhileTheIssuerIsAwayAndEndAfterADay() {
        var machine = filled()
        var fetches = 0
        for second in 1...86_400 as ClosedRange<Int64> {
            if machine.tick(now: at(second)) {
                fetches += 1
                machine.failed(now: at(second), jitter: 500)
            }
            if second == 3600 {
                #expect(machine.mayUse(now: at(second)))
                #expect(machine.age(now: at(second)) == 3600 * Self.second)
                #expect(fetches < 130)
            }
        }
        #expect(machine.mayUse(now: at(86_399)))
        #expect(!machine.mayUse(now: at(86_400)))
        machine.fetched(maximumAge: nil, now: at(86_401), jitter: 0)
        #expect(machine.mayUse(now: at(86_401)))
    }

    @Test func thePauseAfterFailuresGrowsToAMinute() {
        func pauses(jitter: Int64) -> [Int64] {
            var machine = machine()
            var (pauses, last): ([Int64], Int64) = ([], 0)
            for second in 0...400 as ClosedRange<Int64> where machine.tick(now: at(second)) {
                if second > 0 { pauses.append(second - last) }
                last = second
                machine.failed(now: at(second), jitter: jitter)
            }
            return Array(pauses.prefix(7))
        }
        #expect(pauses(jitter: 0) == [1, 1, 1, 1, 1, 1, 1])
        #expect(pauses(jitter: 999) == [2, 4, 8, 16, 32, 60, 60])
    }
}
