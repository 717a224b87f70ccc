import CredentialSources
import HTTPTypes
import Messages
import Policy
import SigV4
import Synchronization
import Telemetry

/// The recovery from a refused signature.
extension Forwarder {
    /// Loads newer credentials, or learns the time of upstream.
    ///
    /// One operation loads newer credentials once: from then on `mayRefresh` is false. It is signed again only with
    /// other keys, and from the budget of retries: else refused credentials would double the load of upstream.
    ///
    /// - Returns: The reason for another attempt; nil if it would not help.
    func recover(
        _ refusal: ClassifiedResponse.SignatureRefusal,
        in response: WireResponse,
        keys: Credentials,
        of provider: CredentialsProvider,
        skew: Int64,
        mayRefresh: Bool
    ) async -> RetryReason? {
        switch refusal {
        case .clock:
            // A second refusal is recorded too: it ends the trial of an offset.
            return learnClock(from: response, signedWith: skew) ? .clockSkew : nil
        case .credentials:
            guard mayRefresh, await provider.refreshNow(rejected: keys),
                health.withLock({ $0.budget.spend() })
            else { return nil }
            return .credentialsExpired
        }
    }

    /// Learns the clock of upstream from the `Date` field of a refusal.
    ///
    /// - Returns: Whether another attempt, signed with the new offset, may help.
    private func learnClock(from response: WireResponse, signedWith skew: Int64) -> Bool {
        guard let date = response.fields.value(of: "date").flatMap(HTTPDate.init) else {
            return false
        }
        let (advice, old, new) = health.withLock { health in
            let old = health.skew.offset
            let advice = health.skew.refused(
                date: date.epochSeconds,
                wallClock: clock.wall() / 1_000_000_000,
                signedWith: skew,
                now: clock.monotonic()
            )
            return (advice, old, health.skew.offset)
        }
        if new != old { failures?.skewLearned(seconds: new) }
        return advice == .signAgain
    }
}
