import CognitoSync

/// The session tokens: each ListRecords response has a new one, and a write uses one up.
extension DatasetStore {
    mutating func mintToken(for scope: DatasetScope, at now: Timestamp) -> String {
        pools[scope.owner.pool]?.sessions += 1
        let token = SessionToken(session: sessionIDs.guid(), expiry: now.advanced(by: rules.tokenLifetime))
        return token.text(for: scope, seed: seed)
    }

    /// Returns the token if it is good for this dataset now.
    func check(
        _ text: String,
        for scope: DatasetScope,
        at now: Timestamp
    ) throws(ServiceError)
        -> SessionToken
    {
        guard let token = SessionToken(reading: text, for: scope, seed: seed) else { throw .tokenNotValid }
        guard token.expiry > now else { throw ServiceError(rules.expiredToken) }
        if rules.tokenUse == .once, spentTokens.contains(token) { throw ServiceError(rules.spentToken) }
        return token
    }
}

extension ServiceError {
    /// Creates the refusal of an expired or spent session token, whose text is not published.
    fileprivate init(_ refusal: ServiceRules.TokenRefusal) {
        switch refusal {
        case .invalid: self = .tokenNotValid
        case .notAuthorized: self = .notAuthorized("SyncSessionToken has expired")
        case .sessionExpired: self = .notAuthorized("Session has expired")
        }
    }
}
