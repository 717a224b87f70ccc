package import CognitoSync

/// The gateway's own SyncSessionTokens: what a page carries instead of AWS's.
///
/// A token of AWS's has a lifetime that nobody has published, so it cannot lie in a cache for long. One of these can:
/// it says whose dataset it is for and until when it is good, and is exchanged for one of AWS's when it comes back.
/// It is a function of key, dataset and time alone, so replicas with one key give and take the same.
package struct SessionTokens: Sendable {
    private let sealer: TokenSealer
    /// Seconds that a token is good for when it is handed out, at the least.
    private let lifetime: Int64
    /// Seconds for which the same text is given out.
    private let step: Int64

    /// The lifetime is in seconds, at least one.
    package init(sealer: TokenSealer, lifetime: Int64) {
        self.sealer = sealer
        self.lifetime = max(1, lifetime)
        step = max(1, lifetime / 8)
    }

    /// What a text that a caller sends as its session token is.
    package enum Verdict: Sendable, Equatable {
        /// AWS's, or nobody's: for AWS to judge.
        case foreign
        case valid
        /// It claims to be one of these and is none for this dataset, or no longer.
        case refused
    }

    /// The token of the dataset at a time in seconds since 1970.
    ///
    /// It is good for the lifetime, and up to an eighth longer: so that a page, token included, stays the same bytes
    /// until `renewal(after:)`.
    package func mint(for scope: DatasetScope, now: Int64) -> String {
        sealer.seal((renewal(after: now) &+ lifetime).bytes, for: .session, scope: scope)
    }

    /// When `mint` begins to give another text than at `now`.
    package func renewal(after now: Int64) -> Int64 { (now / step &+ 1) &* step }

    package func classify(_ text: String, for scope: DatasetScope, now: Int64) -> Verdict {
        guard TokenSealer.isOwn(text) else { return .foreign }
        guard let payload = sealer.open(text, for: .session, scope: scope), let expiry = Int64(bytes: payload)
        else { return .refused }
        return now < expiry ? .valid : .refused
    }
}

extension Int64 {
    /// Eight bytes, the highest first.
    fileprivate var bytes: [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: self >> (56 - 8 * Int64($0))) }
    }

    fileprivate init?(bytes: [UInt8]) {
        guard bytes.count == 8 else { return nil }
        self = bytes.reduce(0) { $0 << 8 | Int64($1) }
    }
}
