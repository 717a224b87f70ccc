package import CognitoSync

/// The owner of a bucket.
package enum ThrottleKey: Hashable, Sendable {
    /// All callers together.
    case everyone
    /// A caller by name.
    case caller(String)
    /// A caller by the address of its socket; one of IPv6 by its /64.
    case address(String)
    case identity(IdentityScope)

    /// The key as bytes for an external store.
    package var serialised: [UInt8] {
        switch self {
        case .everyone: return KeyBytes(.everyone).bytes
        case .caller(let name):
            var key = KeyBytes(.caller)
            key.append(name)
            return key.bytes
        case .address(let address):
            var key = KeyBytes(.address)
            key.append(address)
            return key.bytes
        case .identity(let owner): return owner.serialised
        }
    }
}
