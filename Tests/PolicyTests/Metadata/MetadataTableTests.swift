import CognitoSync
import Policy
import Testing

/// The table of the other reads in single stories; `ReadTablePropertyTests` has them mixed.
struct ReadTableTests {
    private typealias Table = ReadTable<String, Int>
    private struct NotLed: Error {}

    private let start = Instant.milliseconds(0)
    private let later = Instant.milliseconds(10)

    private func key() throws -> ReadKey { .dataset(try scope()) }

    private func lead(
        _ table: inout Table,
        _ key: ReadKey,
        confirm: Bool = false,
        flight: Int = 0,
        at now: Instant
    ) throws -> ReadTicket {
        guard case .lead(let ticket, _) = table.lookUp(key, confirm: confirm, now: now, flight: { flight })
        else { throw NotLed() }
        return ticket
    }

    private func fill(_ table: inout Table, _ key: ReadKey, _ answer: String, at now: Instant) throws -> Bool
    {
        table.complete(try lead(&table, key, at: now), with: .answer(answer, cost: 100), now: now)
    }

    private func look(_ table: inout Table, _ key: ReadKey, confirm: Bool = false, at now: Instant) -> String
    {
        switch table.lookUp(key, confirm: confirm, now: now, flight: { 99 }) {
        case .hit(let kept): "hit \(kept.answer)"
        case .wait(let flight): "wait \(flight)"
        case .lead: "lead"
        }
    }

    @Test func anAnswerIsKeptForItsLifetimeFromTheDepartureOfItsFetch() throws {
        var table = Table(limits: ReadSamples.limits())
        let ticket = try lead(&table, key(), at: start)
        #expect(table.complete(ticket, with: .answer("a", cost: 1), now: .milliseconds(1000)) == true)
        guard case .hit(let kept) = table.lookUp(try key(), now: .milliseconds(4999), flight: { 0 }) else {
            throw NotLed()
        }
        #expect(kept.age == 4_999_000_000)
        #expect(kept.timeToLive == 1_000_000)
        #expect(try look(&table, key(), at: .milliseconds(5000)) == "lead")
    }

    @Test func anAnswerThatComesAfterItsLifetimeIsNotKept() throws {
        var table = Table(limits: ReadSamples.limits())
        let ticket = try lead(&table, key(), at: start)
        #expect(table.complete(ticket, with: .answer("a", cost: 1), now: .milliseconds(5000)) == false)
        #expect(table.statistics.bytes == 0)
    }

    @Test func whoAsksWhileAFetchIsInTheAirJoinsIt() throws {
        var table = Table(limits: ReadSamples.limits())
        _ = try lead(&table, key(), flight: 7, at: start)
        #expect(try look(&table, key(), at: later) == "wait 7")
        #expect(try look(&table, .identityUsage(owner()), at: later) == "lead")
    }

    @Test(arguments: [0, 1])
    func whoAsksAfterAVoidJoinsNoFetchThatLeftBeforeAndItsAnswerIsNotKept(voids: Int) throws {
        var table = Table(limits: ReadSamples.limits())
        let ticket = try lead(&table, key(), flight: 7, at: start)
        if voids > 0 { _ = table.void(.dataset(try scope()), because: .write) }
        #expect(try look(&table, key(), at: later) == (voids > 0 ? "lead" : "wait 7"))
        #expect(table.complete(ticket, with: .answer("old", cost: 1), now: later) == (voids == 0))
        #expect(table.statistics.fencedFills == voids)
    }

    @Test func aFetchThatNobodyMayJoinIsReplacedAndTakesNothingAway() throws {
        var table = Table(limits: ReadSamples.limits())
        let old = try lead(&table, key(), flight: 1, at: start)
        let new = try lead(&table, key(), confirm: true, flight: 2, at: later)
        #expect(try look(&table, key(), at: later) == "wait 2", "later readers join the newer one")
        #expect(table.statistics.flights == 1)
        #expect(table.complete(new, with: .answer("new", cost: 1), now: later) == true)
        #expect(table.complete(old, with: .answer("old", cost: 1), now: later) == false)
        // What it said may be newer than what was kept, and somebody has been told.
        #expect(try look(&table, key(), at: later) == "lead")
        #expect(table.statistics.invalidated == [.contradiction: 1])
    }

    @Test func aReaderJoinsNoFetchThatLeftBeforeSomebodyWasToldAnAnswer() throws {
        var table = Table(limits: ReadSamples.limits())
        let first = try lead(&table, key(), flight: 1, at: start)
        _ = try lead(&table, key(), confirm: true, flight: 2, at: start)
        #expect(table.complete(first, with: .error, now: later) == false)
        #expect(try look(&table, key(), at: later) == "lead", "2 may be of a moment before the error")
    }

    @Test func aConfirmedAnswerIsNeverAHitAndReplacesWhatWasKept() throws {
        var table = Table(limits: ReadSamples.limits())
        #expect(try fill(&table, key(), "a", at: start))
        let ticket = try lead(&table, key(), confirm: true, at: later)
        #expect(try look(&table, key(), at: later) == "hit a", "until it lands the old one is a true answer")
        #expect(table.complete(ticket, with: .answer("b", cost: 1), now: later) == true)
        #expect(try look(&table, key(), at: later) == "hit b")
        #expect(table.statistics.invalidated.isEmpty)
    }

    @Test func anErrorIsNotKeptAndPutsAnEndToWhatWas() throws {
        var table = Table(limits: ReadSamples.limits())
        #expect(try fill(&table, key(), "a", at: start))
        let ticket = try lead(&table, key(), confirm: true, at: later)
        #expect(table.complete(ticket, with: .error, now: later) == false)
        #expect(try look(&table, key(), at: later) == "lead")
    }

    @Test func aFailureTeachesNothing() throws {
        var table = Table(limits: ReadSamples.limits())
        #expect(try fill(&table, key(), "a", at: start))
        let ticket = try lead(&table, key(), confirm: true, at: later)
        #expect(table.complete(ticket, with: .failed, now: later) == false)
        #expect(try look(&table, key(), at: later) == "hit a")
    }

    @Test func aLaterPageOfAListingIsSharedAndNotKept() throws {
        for key in [
            ReadKey.datasets(try owner(), ReadPage(Paging(nextToken: "t"))),
            .poolUsages(ReadPage(Paging(nextToken: "t"))),
        ] {
            var table = Table(limits: ReadSamples.limits())
            let ticket = try lead(&table, key, flight: 3, at: start)
            #expect(look(&table, key, at: start) == "wait 3")
            #expect(table.complete(ticket, with: .answer("a", cost: 1), now: later) == false)
            #expect(look(&table, key, at: later) == "lead")
        }
    }

    @Test func anOperationWithoutALifetimeIsNotKept() throws {
        var table = Table(limits: ReadLimits(bytes: 1 << 20, lifetimes: [.listDatasets: 1]))
        #expect(try !fill(&table, key(), "a", at: start))
        #expect(table.statistics == CacheStatistics())
    }

    @Test func aShorterLifetimeHoldsForWhatIsKeptAlready() throws {
        var table = Table(limits: ReadSamples.limits())
        #expect(try fill(&table, key(), "a", at: start))
        table.resize(ReadSamples.limits(lifetime: 5_000_000))
        #expect(try look(&table, key(), at: later) == "lead")
    }

    @Test func bytesAndNumberAreBounded() throws {
        var table = Table(limits: ReadSamples.limits(bytes: 16 * 2048))
        for number in 0..<100 {
            #expect(try fill(&table, .identityUsage(owner(number)), "a", at: start))
            #expect(table.statistics.bytes <= 16 * 2048)
        }
        #expect(table.statistics.pages == 16 * 2048 / 1124)
        #expect(table.statistics.evictions == 100 - table.statistics.pages)
        table.resize(ReadSamples.limits(bytes: 4 * 2048))
        #expect(table.statistics.bytes <= 4 * 2048)
        let large = try lead(&table, .poolUsage(ReadSamples.pool()), at: start)
        #expect(table.complete(large, with: .answer("large", cost: 1024), now: start) == false)
        let huge = try lead(&table, .poolUsage(ReadSamples.pool()), at: start)
        #expect(table.complete(huge, with: .answer("huge", cost: .max), now: start) == false)
    }

    @Test func oneIdentityCannotFillTheTableWithListingsOfEverySize() throws {
        var table = Table(limits: ReadSamples.limits(answersPerGroup: 8))
        #expect(try fill(&table, .identityUsage(owner(2)), "other", at: start))
        for number in 1...100 as ClosedRange<Int64> {
            let page = ReadPage(Paging(maxResults: number))
            #expect(try fill(&table, .datasets(owner(1), page), "a", at: start))
        }
        #expect(table.statistics.pages == 9)
        #expect(try look(&table, .identityUsage(owner(2)), at: start) == "hit other")
    }

    @Test func aFetchThatNeverComesBackIsGivenUp() throws {
        var table = Table(limits: ReadSamples.limits())
        let lost = try lead(&table, key(), flight: 1, at: start)
        #expect(try look(&table, key(), at: .milliseconds(14_999)) == "wait 1")
        let next = try lead(&table, key(), flight: 2, at: .milliseconds(15_000))
        #expect(table.statistics.lostFlights == 1)
        #expect(table.statistics.flights == 1)
        #expect(table.complete(lost, with: .answer("late", cost: 1), now: .milliseconds(15_001)) == false)
        #expect(
            table.complete(next, with: .answer("new", cost: 1), now: .milliseconds(15_002)) == false,
            "told since it left"
        )
        #expect(try fill(&table, key(), "newer", at: .milliseconds(15_003)))
    }

    @Test func nothingIsLeftOfWhatHasGone() throws {
        var table = Table(limits: ReadSamples.limits())
        for number in 0..<10 {
            let ticket = try lead(&table, .identityUsage(owner(number)), at: start)
            _ = table.complete(ticket, with: number % 2 == 0 ? .failed : .answer("a", cost: 1), now: start)
        }
        #expect(table.statistics.pages == 5)
        #expect(table.purge() == 5)
        #expect(table.statistics.bytes == 0)
        #expect(table.statistics.flights == 0)
        #expect(table.isEmpty)
    }
}
