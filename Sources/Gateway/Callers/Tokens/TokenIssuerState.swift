/// The state of the keys of an issuer, for `/status` and the detail of readiness.
package struct TokenIssuerState: Sendable, Equatable {
    package var issuerName: String
    package var issuer: String
    package var keys: Int
    /// The keys of the set that verify no signature here.
    package var skippedKeys: Int
    /// The time since the keys came; nil without keys.
    package var ageSeconds: Int64?
    /// Whether there are keys that may be used: without them no token of the issuer is accepted.
    package var isUsable: Bool
    /// The fault of the last fetch, as a clause; nil after one that succeeded.
    package var fault: String?
}
