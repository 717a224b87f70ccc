package import CognitoSync
package import Policy
package import Telemetry

/// The buckets that upstream requests are charged to: those of `Admission` in the program, none in some tests.
///
/// Each attempt is charged where it is made, so that the buckets bound what upstream sees.
package protocol UpstreamMeter: Sendable {
    /// Charges a retry, or refuses it.
    ///
    /// - Returns: The decisions of the buckets. If one refused, nothing was charged and the retry must not be made.
    func admitRetry(of operation: Operation, now: Instant) -> ThrottleFacts
    /// Charges an attempt that is not refused, into debt if need be.
    func chargeFollowUp(of operation: Operation, now: Instant)
}
