import Policy
import Testing

/// The rate that follows the throttlings of AWS.
@Suite struct AdaptiveRateTests {
    @Test func theRatesAreThoseOfBotocore() {
        var rate = AdaptiveRate(now: 0)
        var measured = SendRate(now: 0)
        for row in AdaptiveVectors.rows {
            rate.responded(isThrottling: row.isThrottling, now: row.time)
            let rateBefore = measured.record(now: row.time)
            #expect(abs(rateBefore - row.measured) < 1e-6, "at \(row.time)")
            #expect(
                abs((rate.rate ?? 0) - row.rate) < 1e-6,
                "at \(row.time): \(rate.rate ?? 0), not \(row.rate)"
            )
        }
    }

    /// The example that AWS publishes for its SDKs: a throttling at 10 requests a second.
    @Test func theCurveIsThatOfThePublishedExample() {
        var cubic = CubicRate(rate: 0, now: 0)
        let lowered = cubic.throttled(at: 10, now: 5)
        #expect(lowered == 7)
        let published = [7.0, 9.6, 10.0, 10.5, 13.4, 21.3, 36.4]
        for (second, wanted) in published.enumerated() {
            #expect(abs(cubic.accepted(now: 5 + Double(second)) - wanted) < 0.06, "after \(second) s")
        }
    }

    @Test func nothingIsPacedBeforeAThrottlingAndLongAfterIt() {
        var rate = AdaptiveRate(now: 0)
        for number in 0..<1000 {
            let time = Double(number) / 100
            let mayGo = rate.take(now: time)
            #expect(mayGo)
            rate.responded(isThrottling: false, now: time)
        }
        rate.responded(isThrottling: true, now: 10)
        #expect(rate.rate != nil)
        while rate.take(now: 10) {}
        // The plateau of 100 requests a second is 4.2 s; three of them and 10 s later all go again.
        let mayGo = rate.take(now: 30)
        #expect(mayGo && rate.rate != nil)
        for _ in 0..<1000 {
            let mayGo = rate.take(now: 34)
            #expect(mayGo)
        }
        #expect(rate.rate == nil)
    }

    @Test func theBucketFillsByItsRateAndHoldsASecond() {
        var bucket = PacingBucket(rate: 4, now: 0)
        let none = bucket.take(now: 0)
        #expect(!none)
        #expect(bucket.wait(for: 1, now: 0) == 0.25)
        var taken = 0
        while bucket.take(now: 100) { taken += 1 }
        #expect(taken == 4)
        bucket.setRate(0, now: 100)
        #expect(bucket.rate == 0.5)
        #expect(bucket.wait(for: 1, now: 100) == 2)
    }
}
