/// The content of a token whose signature and claims hold.
package struct VerifiedToken: Sendable, Equatable {
    /// The name of the issuer in the configuration.
    package let issuerName: String
    /// The value of the claim that names the caller.
    package let caller: String
    /// The values of the claim with the caller's own identities; none without such a claim.
    package let identities: [String]
    /// The time in seconds since 1970 from which on the token is refused, with the leeway.
    package let expires: Int64
}
