package import CognitoSync
import Messages
import Policy

/// The session tokens of the gateway's own, which a page carries in place of those of AWS.
///
/// The lifetime of a token of AWS is not published, so such a token cannot stay in a cache for long. An own
/// token can: it names its dataset and its expiry. When it comes back, the gateway replaces it by a token of
/// AWS. It is a function of key, dataset and time alone, so replicas with one key make and accept the same
/// tokens.
///
/// It is a class: what is kept of its tokens (``DatasetSnapshot``) is good for this object alone.
package final class SessionTokens: Sendable {
    private let sealer: TokenSealer
    /// The least number of seconds that a new token is good for.
    private let lifetime: Int64
    /// The seconds for which ``mint(for:now:)`` returns the same text.
    private let step: Int64

    /// Creates tokens with a lifetime in seconds, at least one.
    package init(sealer: TokenSealer, lifetime: Int64) {
        self.sealer = sealer
        self.lifetime = max(1, lifetime)
        step = max(1, lifetime / 8)
    }

    /// The kinds of texts that a caller may send as its session token.
    package enum Verdict: Sendable, Equatable {
        /// A token of AWS, or of no one: AWS judges it.
        case foreign
        case valid
        /// A text that claims to be an own token, but is not one for this dataset, or has expired.
        case refused
    }

    /// Returns the token of a dataset at a time in seconds since 1970.
    ///
    /// It is good for the lifetime, and up to an eighth longer. So a page, token included, stays the same
    /// bytes until ``renewal(after:)``.
    package func mint(for scope: DatasetScope, now: Int64) -> String {
        var payload: [UInt8] = []
        BigEndian.append(renewal(after: now) &+ lifetime, to: &payload)
        return sealer.seal(payload, for: .session, scope: scope)
    }

    /// Returns the token of a dataset, which its snapshot remembers.
    func token(of scope: DatasetScope, in snapshot: DatasetSnapshot, now: Int64) -> String {
        snapshot.sealedToken(by: self, until: renewal(after: now)) { mint(for: scope, now: now) }
    }

    /// Returns the second from which ``mint(for:now:)`` returns another text than at `now`.
    package func renewal(after now: Int64) -> Int64 { (now / step &+ 1) &* step }

    /// Returns the kind of a text that a caller sent as the session token of a dataset.
    package func classify(_ text: String, for scope: DatasetScope, now: Int64) -> Verdict {
        guard TokenSealer.isOwn(text) else { return .foreign }
        guard let payload = sealer.open(text, for: .session, scope: scope),
            let expiry: Int64 = BigEndian.value(payload)
        else { return .refused }
        return now < expiry ? .valid : .refused
    }
}
