import Testing

@testable import Policy

/// The table against a model of upstream, in random histories.
struct RecordsTablePropertyTests {
    private typealias Options = TableDriver.Options

    @Test(arguments: TableDriver.Weather.allCases, UpstreamModel.Counting.allCases)
    func everyResponseIsUpstreamsAtAMomentThatThePromisesAllow(
        weather: TableDriver.Weather,
        counting: UpstreamModel.Counting
    ) throws {
        var counts = TableDriver.Counts()
        for seed in 1...500 as ClosedRange<UInt64> {
            let options = Options(
                weather: weather,
                counting: counting,
                listsTombstones: seed % 2 == 0,
                servesStale: seed % 3 == 0,
                identityCheck: seed % 4 < 2 ? 0 : 2_000_000_000,
                confirmsOften: seed % 5 == 0
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

    /// Proves that the checks above can fail.
    @Test(arguments: TableDriver.Sabotage.allCases)
    func leavingOutASafeguardIsFound(sabotage: TableDriver.Sabotage) throws {
        let found = try (1...2000 as ClosedRange<UInt64>).contains { seed in
            let weather: TableDriver.Weather = sabotage == .incarnationIsNotChecked ? .remakers : .writers
            let confirms = sabotage == .confirmationsJoinWhatWasSentBefore
            let options = Options(weather: weather, confirmsOften: confirms, sabotage: sabotage)
            var driver = try TableDriver(options, seed: seed)
            try driver.run(steps: 200)
            return !driver.faults.isEmpty
        }
        #expect(found)
    }

    /// Expects that no entry remains after the last fetch has completed and all is purged.
    private func expectNothingIsLeft(_ driver: TableDriver) throws {
        var table = driver.table
        for fetch in driver.fetches {
            if case .shared(let token) = fetch.kind {
                _ = table.complete(token, with: .failed, now: driver.now)
            }
        }
        for write in driver.writes {
            if let token = write.token { table.writeEnded(token, outcome: .rejected, now: driver.now) }
        }
        _ = table.purge()
        let left = table.statistics
        #expect(left.fetches == 0 && left.pages == 0 && left.bytes == 0 && left.datasets == 0)
        #expect(table.datasets.all.isEmpty)
    }
}
