import CognitoSync

/// A token with its claims, of which nothing is true yet.
package struct UnverifiedToken {
    let signed: SignedToken
    let claims: JSONMembers
    /// The issuer as the sender says; it only chooses the rules.
    package let issuer: String

    package init(_ token: [UInt8]) throws(TokenFault) {
        signed = try SignedToken(token)
        do {
            claims = try JSONMembers(signed.payload)
            issuer = try claims.text("iss") ?? ""
        } catch {
            throw .malformed(.claims)
        }
        guard !issuer.isEmpty else { throw .missingClaim("iss") }
    }
}
