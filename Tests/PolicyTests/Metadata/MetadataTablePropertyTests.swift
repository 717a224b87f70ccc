import Testing

/// The metadata table against a model of upstream, in random histories.
struct MetadataTablePropertyTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func noResponseIsOlderThanOneThatWasSentBefore(seed: UInt64) throws {
        var driver = try MetadataDriver(seed: seed)
        driver.run(steps: 20_000)
        #expect(driver.faults == [])
        #expect(driver.hits > 1000)
        #expect(driver.joins > 300)
        #expect(driver.stored > 300)
        #expect(driver.confirmedInTurn > 30)
        #expect(driver.isTidy())
    }

    /// Proves that the checks above can fail.
    @Test(arguments: MetadataDriver.Sabotage.allCases)
    func leavingOutAStepOfTheProtocolIsFound(sabotage: MetadataDriver.Sabotage) throws {
        let found = try (21...26 as ClosedRange<UInt64>).contains { seed in
            var driver = try MetadataDriver(sabotage: sabotage, seed: seed)
            driver.run(steps: 20_000)
            return !driver.faults.isEmpty
        }
        #expect(found)
    }
}
