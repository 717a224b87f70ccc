import CognitoSync
import Policy
import Testing

/// The table against a model of the origin, in random histories.
struct CacheTablePropertyTests {
    @Test(arguments: CacheDriver.Weather.allCases, [1, 2, 3, 4] as [UInt64])
    func noAnswerIsOlderThanWhatWasAnsweredBefore(weather: CacheDriver.Weather, seed: UInt64) throws {
        var driver = try CacheDriver(weather: weather, seed: seed)
        driver.run(steps: 15_000)
        #expect(driver.faults == [])
        #expect(driver.hits > 500 && driver.joins > 200 && driver.stored > 200)
        try expectNothingIsLeft(driver)
    }

    @Test(arguments: CacheDriver.Weather.allCases, [11, 12] as [UInt64])
    func whatStandsInForAnErrorIsNeverOlderThanAWrite(weather: CacheDriver.Weather, seed: UInt64) throws {
        var driver = try CacheDriver(weather: weather, seed: seed, staleIfError: 20_000_000_000)
        driver.run(steps: 15_000)
        #expect(driver.faults == [])
        #expect(driver.stoodIn > 10)
    }

    /// The checks above would be worth nothing if they could not fail.
    @Test(arguments: CacheDriver.Sabotage.allCases)
    func leavingOutAStepOfTheProtocolIsFound(sabotage: CacheDriver.Sabotage) throws {
        let found = try (21...26 as ClosedRange<UInt64>).contains { seed in
            var driver = try CacheDriver(weather: .writers, sabotage: sabotage, seed: seed)
            driver.run(steps: 15_000)
            return !driver.faults.isEmpty
        }
        #expect(found)
    }

    /// After the last fetch has landed and all is purged, no entry remains.
    private func expectNothingIsLeft(_ driver: CacheDriver) throws {
        var table = driver.table
        for fetch in driver.fetches {
            if case .shared(let ticket) = fetch.kind {
                _ = table.complete(ticket, with: nil, facts: nil, cost: 0, now: driver.now)
            }
        }
        let end = driver.now.advanced(byNanoseconds: CacheDriver.flightLimit)
        if case .lead(let ticket, _, _) = table.lookUp(
            driver.keys[0].key,
            confirm: true,
            now: end,
            flight: { 0 }
        ) {
            _ = table.complete(ticket, with: nil, facts: nil, cost: 0, now: end)
        }
        #expect(table.statistics.flights == 0)
        _ = table.purge()
        #expect(table.statistics.pages == 0)
        #expect(table.statistics.bytes == 0)
        #expect(table.statistics.datasets == 0)
    }
}
