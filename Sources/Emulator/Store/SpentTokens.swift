/// The session tokens that a write has used, each until it expires.
///
/// An expired token is refused without this memory. So it holds at most twice the tokens that were spent
/// within one lifetime.
struct SpentTokens: Sendable {
    private var expiries: [String: Timestamp] = [:]
    /// The number of tokens at which the expired ones are forgotten.
    private var sweepLimit = 64

    var count: Int { expiries.count }

    func contains(_ token: SessionToken) -> Bool { expiries[token.session] != nil }

    mutating func insert(_ token: SessionToken, at now: Timestamp) {
        if expiries.count >= sweepLimit {
            expiries = expiries.filter { $0.value > now }
            sweepLimit = max(64, 2 * expiries.count)
        }
        expiries[token.session] = token.expiry
    }
}
