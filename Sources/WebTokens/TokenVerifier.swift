import CognitoSync
import Messages

/// The verifier of the tokens of one issuer: pure, and with keys that were fetched before.
///
/// The signature is the costly part and comes last. So a token that is expired or for another audience costs no
/// signature, and asks for no key.
package struct TokenVerifier: Sendable {
    /// The longest name of a caller, and of an identity, in bytes.
    package static let longestName = 512

    package let rules: TokenRules
    package let keys: JSONWebKeySet

    package init(rules: TokenRules, keys: JSONWebKeySet) {
        self.rules = rules
        self.keys = keys
    }

    /// Verifies a token at a time in seconds since 1970.
    package func verify(_ token: [UInt8], now: Int64) throws(TokenFault) -> VerifiedToken {
        try verify(try UnverifiedToken(token), now: now)
    }

    /// Verifies a token that has been read already, to choose the issuer.
    package func verify(_ token: UnverifiedToken, now: Int64) throws(TokenFault) -> VerifiedToken {
        guard Self.equal(token.issuer, rules.issuer) else { throw .unknownIssuer(token.issuer) }
        let verified = try check(token.claims, now: now)
        let (key, algorithm) = try keys.key(for: token.signed, among: rules.algorithms)
        guard token.signed.isSigned(by: key, with: algorithm) else { throw .wrongSignature }
        return verified
    }

    private func check(_ claims: JSONMembers, now: Int64) throws(TokenFault) -> VerifiedToken {
        guard let end = try seconds("exp", of: claims) else { throw .missingClaim("exp") }
        let (expires, overflows) = end.addingReportingOverflow(max(0, rules.leeway))
        guard now < expires || overflows else { throw .expired }
        for name in ["nbf", "iat"] {
            guard let begin = try seconds(name, of: claims) else { continue }
            let (latest, overflows) = now.addingReportingOverflow(max(0, rules.leeway))
            guard begin <= latest || overflows else { throw .notYetValid }
        }
        try checkAudience(claims)
        guard let caller = try text(rules.callerClaim, of: claims) else {
            throw .missingClaim(rules.callerClaim)
        }
        guard Self.isName(caller) else { throw .unfitClaim(rules.callerClaim) }
        var identities: [String] = []
        if let name = rules.identityClaim {
            identities = try texts(name, of: claims) ?? []
            guard identities.allSatisfy(Self.isName) else { throw .unfitClaim(name) }
        }
        return VerifiedToken(
            issuerName: rules.issuerName,
            caller: caller,
            identities: identities,
            expires: overflows ? .max : expires
        )
    }

    /// Checks for whom the token is: access tokens of Cognito have no `aud`, but `client_id` and `token_use`.
    private func checkAudience(_ claims: JSONMembers) throws(TokenFault) {
        if !rules.audiences.isEmpty {
            guard let audiences = try texts("aud", of: claims) else { throw .missingClaim("aud") }
            guard audiences.contains(where: { Self.contains($0, in: rules.audiences) }) else {
                throw .wrongAudience
            }
        }
        if !rules.clientIDs.isEmpty {
            guard let client = try text("client_id", of: claims) else { throw .missingClaim("client_id") }
            guard Self.contains(client, in: rules.clientIDs) else { throw .wrongClientID }
        }
        if let use = rules.tokenUse {
            guard let found = try text("token_use", of: claims) else { throw .missingClaim("token_use") }
            guard Self.equal(found, use) else { throw .wrongUse }
        }
    }

    private func seconds(_ name: String, of claims: JSONMembers) throws(TokenFault) -> Int64? {
        do {
            return try claims.seconds(name)
        } catch {
            throw .unfitClaim(name)
        }
    }

    private func text(_ name: String, of claims: JSONMembers) throws(TokenFault) -> String? {
        do {
            return try claims.text(name)
        } catch {
            throw .unfitClaim(name)
        }
    }

    private func texts(_ name: String, of claims: JSONMembers) throws(TokenFault) -> [String]? {
        do {
            return try claims.texts(name)
        } catch {
            throw .unfitClaim(name)
        }
    }

    /// Returns whether a text can name a caller: it is not empty, not too long, and prints as it is.
    private static func isName(_ text: String) -> Bool {
        (1...longestName).contains(text.utf8.count)
            && !text.unicodeScalars.contains(where: TextEscape.isHarmful)
    }

    private static func contains(_ text: String, in list: [String]) -> Bool {
        list.contains { equal($0, text) }
    }

    /// Compares bytes: `==` would take canonically equivalent texts for the same.
    private static func equal(_ left: String, _ right: String) -> Bool {
        left.utf8.elementsEqual(right.utf8)
    }
}
