/// The send rate after a throttling: it falls to 0.7, then follows a cubic curve back and beyond (RFC 9438).
///
/// The constants are those of the AWS SDKs' adaptive mode. Rates are requests in a second, times are seconds.
package struct CubicRate: Sendable, Equatable {
    private static let scale = 0.4
    private static let beta = 0.7

    /// The rate at the last throttling.
    private var most: Double
    /// The seconds from a throttling until the curve is back at that rate.
    package private(set) var plateau: Double
    private var lastThrottling: Double

    package init(rate: Double, now: Double) {
        most = rate
        plateau = Self.plateau(of: rate)
        lastThrottling = now
    }

    /// Returns the rate after a response without a throttling.
    package func accepted(now: Double) -> Double {
        let time = now - lastThrottling - plateau
        return Self.scale * time * time * time + most
    }

    /// Returns the rate after a throttling at a rate.
    package mutating func throttled(at rate: Double, now: Double) -> Double {
        self = Self(rate: rate, now: now)
        return rate * Self.beta
    }

    private static func plateau(of rate: Double) -> Double { cubeRoot(rate * (1 - beta) / scale) }

    /// Returns the cube root of a number that is not negative, by Newton's method from above.
    private static func cubeRoot(_ number: Double) -> Double {
        guard number > 0, number.isFinite else { return 0 }
        var root = max(number, 1)
        while true {
            let next = (2 * root + number / (root * root)) / 3
            guard next < root else { return root }
            root = next
        }
    }
}
