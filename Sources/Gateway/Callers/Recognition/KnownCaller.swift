import CognitoSync
import Policy
import Serving

/// A caller that was recognised, and what its rights depend on.
final class KnownCaller: Sendable {
    /// The name in the list; without a list, the mark by which it is known.
    let name: String
    /// The number in the list; nil without a list.
    let number: Int?
    let account: CallerAccount?
    /// The identities that its verified token names.
    let own: [IdentityID]
    /// A number that callers with the same rights share, never 0.
    let permit: UInt64
    let generation: UInt64
    /// The moment from which the caller has to be recognised again.
    let until: Instant

    init(
        name: String,
        number: Int?,
        account: CallerAccount?,
        own: [IdentityID] = [],
        permit: UInt64,
        generation: UInt64,
        until: Instant
    ) {
        self.name = name
        self.number = number
        self.account = account
        self.own = own
        self.permit = permit
        self.generation = generation
        self.until = until
    }

    func isGood(generation: UInt64, now: Instant) -> Bool {
        self.generation == generation && now < until
    }

    /// Returns the caller that was noted for a credential of a connection; nil if it must be recognised again.
    @inline(__always)
    static func noted(
        by caller: Caller,
        _ credential: CallerCredential?,
        generation: UInt64,
        now: Instant
    ) -> KnownCaller? {
        guard let known = caller.notes.find(credential) as? KnownCaller,
            known.isGood(generation: generation, now: now)
        else { return nil }
        return known
    }

    /// The permit of a request whose caller is not known, where that is allowed.
    static let anonymous: UInt64 = 0
}
