import CognitoSync
import HTTPTypes
import Messages

extension Response {
    /// The names with which services of AWS ask for less, whatever the status: those that the SDKs know.
    ///
    /// Services with the JSON protocol send them with 400 as well as with 429. `LimitExceededException` is not among
    /// them: Cognito Sync means a number of objects by it.
    private static let throttlingNames: Set<String> = [
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
        "RequestThrottledException", "TooManyRequestsException", "RequestLimitExceeded",
        "ProvisionedThroughputExceededException", "BandwidthLimitExceeded", "SlowDown",
        "EC2ThrottledException",
    ]

    /// Whether upstream asks for fewer requests.
    var asksForLess: Bool {
        guard head.status.code >= 400 else { return false }
        return head.status.code == 429 || errorName.map(Self.throttlingNames.contains) ?? false
    }
}
