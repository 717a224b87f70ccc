import Policy
import Testing

/// The table against a model of the origin, in random histories.
struct RecordsTablePropertyTests {
    private typealias Options = TableDriver.Options

    @Test(arguments: TableDriver.Weather.allCases, UpstreamModel.Counting.allCases)
    func everyAnswerIsTheOriginsAtAMomentThatThePromisesAllow(
        weather: TableDriver.Weather,
        counting: UpstreamModel.Counting
    ) throws {
        var counts = TableDriver.Counts()
        for seed in 1...500 as ClosedRange<UInt64> {
            let options = Options(
                weather: weather,
                counting: counting,
                listsTombstones: seed % 2 == 0,
                servesStale: seed % 3 == 0
            )
            var driver = try TableDriver(options, seed: seed)
            try driver.run(steps: 150)
            if !driver.faults.isEmpty {
                Issue.record("seed \(seed): \(driver.faults)")
                return
            }
            try expectNothingIsLeft(driver)
            counts = counts + driver.counts
        }
        #expect(counts.leastOften > 0, "\(counts)")
    }

    /// The checks above would be worth nothing if they could not fail.
    @Test(arguments: TableDriver.Sabotage.allCases)
    func leavingOutASafeguardIsFound(sabotage: TableDriver.Sabotage) throws {
        let found = try (1...2000 as ClosedRange<UInt64>).contains { seed in
            let weather: TableDriver.Weather = sabotage == .originIsNotAsked ? .remakers : .writers
            var driver = try TableDriver(Options(weather: weather, sabotage: sabotage), seed: seed)
            try driver.run(steps: 200)
            return !driver.faults.isEmpty
        }
        #expect(found)
    }

    /// After the last call has landed and all is purged, no entry remains.
    private func expectNothingIsLeft(_ driver: TableDriver) throws {
        var table = driver.table
        for call in driver.calls {
            if case .shared(let ticket) = call.kind {
                _ = table.complete(ticket, with: .failed, now: driver.now)
            }
        }
        for write in driver.writes {
            if let ticket = write.ticket { table.writeEnded(ticket, outcome: .rejected, now: driver.now) }
        }
        _ = table.purge()
        let left = table.statistics
        #expect(left.fetches == 0 && left.pages == 0 && left.bytes == 0 && left.datasets == 0)
    }
}
