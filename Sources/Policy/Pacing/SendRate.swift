/// The measured rate of requests: an average over half seconds that forgets a fifth less of the past each time.
///
/// It is that of the AWS SDKs' adaptive mode. Times are seconds, from any zero.
package struct SendRate: Sendable, Equatable {
    private static let smoothing = 0.8
    /// The parts of a second that are counted together.
    private static let partsOfSecond = 2.0

    package private(set) var rate = 0.0
    private var lastPart: Double
    private var count = 0.0

    package init(now: Double) { lastPart = now.rounded(.down) }

    /// Counts a request, and returns the rate.
    package mutating func record(now: Double) -> Double {
        let part = (now * Self.partsOfSecond).rounded(.down) / Self.partsOfSecond
        count += 1
        if part > lastPart {
            rate = count / (part - lastPart) * Self.smoothing + rate * (1 - Self.smoothing)
            count = 0
            lastPart = part
        }
        return rate
    }
}
