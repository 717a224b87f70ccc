package import Cryptography

/// The rules for the tokens of one issuer, as the configuration has them.
package struct TokenRules: Sendable, Equatable {
    /// The name of the issuer in the configuration and in the names of callers.
    package var issuerName: String
    /// The value of `iss`, byte by byte.
    package var issuer: String
    /// The audiences of which `aud` must contain one; without any, `aud` is not looked at.
    package var audiences: [String]
    /// The values of which `client_id` must be one; without any, `client_id` is not looked at.
    package var clientIDs: [String]
    /// The value of `token_use`, which tells access tokens of Cognito from ID tokens; nil for any.
    package var tokenUse: String?
    package var algorithms: [SignatureAlgorithm]
    /// The claim that names the caller.
    package var callerClaim: String
    /// The claim with the identities that are the caller's own; nil for none.
    package var identityClaim: String?
    /// The difference of clocks that is forgiven, in seconds.
    package var leeway: Int64

    package init(
        issuerName: String,
        issuer: String,
        audiences: [String] = [],
        clientIDs: [String] = [],
        tokenUse: String? = nil,
        algorithms: [SignatureAlgorithm] = [.rs256],
        callerClaim: String = "sub",
        identityClaim: String? = nil,
        leeway: Int64 = 30
    ) {
        self.issuerName = issuerName
        self.issuer = issuer
        self.audiences = audiences
        self.clientIDs = clientIDs
        self.tokenUse = tokenUse
        self.algorithms = algorithms
        self.callerClaim = callerClaim
        self.identityClaim = identityClaim
        self.leeway = leeway
    }
}
