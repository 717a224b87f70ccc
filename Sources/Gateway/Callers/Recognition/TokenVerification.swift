package import WebTokens

/// The verification of the tokens of callers.
package protocol TokenVerification: Sendable {
    /// Verifies a token at a time in seconds since 1970, if need be after its issuer's keys were fetched.
    func verified(_ token: [UInt8], now: Int64) async throws(TokenFault) -> VerifiedToken
}

extension TokenIssuers: TokenVerification {}
