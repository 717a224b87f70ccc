/// The rate of requests that follows the throttlings of AWS, as the SDKs' adaptive mode does.
///
/// Without a throttling there is no rate, and no request waits. One thing differs from the SDKs: they keep the rate for
/// ever. Here it ends once no throttling came for so long that the curve has passed the rate at which AWS throttled,
/// and no request had to wait for 10 s.
/// Else a rate that was measured in a quiet minute would hold back the next burst.
package struct AdaptiveRate: Sendable, Equatable {
    /// The highest rate, in multiples of the measured one.
    private static let mostGrowth = 2.0
    /// The plateaus of the curve, and the seconds beside them, without a throttling until the rate ends.
    private static let plateausUntilEnd = 3.0
    private static let secondsUntilEnd = 10.0

    private var cubic: CubicRate
    private var measured: SendRate
    private var bucket: PacingBucket
    private var endsAt = 0.0
    /// Whether AWS has throttled, not long ago.
    package private(set) var isPacing = false

    package init(now: Double) {
        cubic = CubicRate(rate: 0, now: now)
        measured = SendRate(now: now)
        bucket = PacingBucket(rate: 1, now: now)
    }

    /// The requests in a second that go; nil while all go.
    package var rate: Double? { isPacing ? bucket.rate : nil }

    /// Takes one request from the bucket, or lets it go while there is no rate.
    ///
    /// - Returns: Whether the request may go.
    package mutating func take(now: Double) -> Bool {
        if isPacing, now >= endsAt { isPacing = false }
        guard isPacing, !bucket.take(now: now) else { return true }
        // More is asked for than the rate lets through: without it, a burst would meet the next throttling.
        endsAt = max(endsAt, now + Self.secondsUntilEnd)
        return false
    }

    /// Returns the seconds until so many requests may go.
    package func wait(for requests: Int, now: Double) -> Double {
        isPacing && now < endsAt ? bucket.wait(for: Double(requests), now: now) : 0
    }

    /// Records a response of AWS.
    package mutating func responded(isThrottling: Bool, now: Double) {
        let measured = measured.record(now: now)
        guard isThrottling || isPacing else { return }
        let rate: Double
        if isThrottling {
            rate = cubic.throttled(at: isPacing ? min(measured, bucket.rate) : measured, now: now)
            isPacing = true
            endsAt = now + Self.secondsUntilEnd + Self.plateausUntilEnd * cubic.plateau
        } else {
            rate = cubic.accepted(now: now)
        }
        bucket.setRate(min(rate, Self.mostGrowth * measured), now: now)
    }
}
