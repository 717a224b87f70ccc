import Messages

/// The reason why a token is refused.
package enum TokenFault: Error, Sendable, Equatable {
    /// The part of a token that cannot be read.
    package enum Part: String, Sendable {
        case form = "the text is not three parts in base64url"
        case header = "the header is not strict JSON with an algorithm"
        case claims = "the claims are not strict JSON with an issuer"
    }

    /// The members of a header that name a key or a rule of the sender's choice.
    package enum Member: String, Sendable, CaseIterable {
        case jku
        case x5u
        case x5c
        case jwk
        case crit
        case b64
    }

    case tooLong
    case malformed(Part)
    case refusedMember(Member)
    /// The `typ` of the header is neither that of a JWT nor that of an access token.
    case unfitType
    /// No rules are for this `iss`.
    case unknownIssuer(String)
    /// The algorithm is not one of the configured ones, or not that of the key.
    case unfitAlgorithm(String)
    /// No key has this `kid`; nil for a token without one.
    case unknownKey(String?)
    /// Several keys fit.
    case ambiguousKey
    case wrongSignature
    case expired
    case notYetValid
    case wrongAudience
    case wrongClientID
    case wrongUse
    /// A claim is missing that the rules need.
    case missingClaim(String)
    /// A claim has another kind of value than the rules need, or a text that names nobody.
    case unfitClaim(String)
    /// No keys of the issuer could be fetched so far.
    case keysUnavailable

    /// A word of a closed set, for metrics.
    package var label: String {
        switch self {
        case .tooLong, .malformed, .refusedMember, .unfitType: "malformed"
        case .unknownIssuer: "unknown_issuer"
        case .unfitAlgorithm: "unfit_algorithm"
        case .unknownKey, .ambiguousKey: "unknown_key"
        case .wrongSignature: "wrong_signature"
        case .expired, .notYetValid: "out_of_date"
        case .wrongAudience, .wrongClientID, .wrongUse: "wrong_audience"
        case .missingClaim, .unfitClaim: "unfit_claim"
        case .keysUnavailable: "keys_unavailable"
        }
    }
}

extension TokenFault: CustomStringConvertible {
    /// A clause for the log.
    ///
    /// It never contains the token. Of an unverified text it has the beginning, with harmful characters escaped.
    package var description: String {
        switch self {
        case .tooLong: "the token has more than \(SignedToken.longest) bytes"
        case .malformed(let part): "the token is malformed: \(part.rawValue)"
        case .refusedMember(let member): "the header of the token has '\(member.rawValue)', which is refused"
        case .unfitType: "the 'typ' of the token is not 'JWT' or 'at+jwt'"
        case .unknownIssuer(let issuer): "no issuer is configured as '\(Self.cut(issuer))'"
        case .unfitAlgorithm(let name): "the algorithm '\(Self.cut(name))' is not configured for this key"
        case .unknownKey(let name?): "the issuer has no key '\(Self.cut(name))'"
        case .unknownKey(nil): "the token names no key, and no key of the issuer fits"
        case .ambiguousKey: "several keys of the issuer fit"
        case .wrongSignature: "the signature is not that of the key"
        case .expired: "the token is expired"
        case .notYetValid: "the token is not yet valid; check the clocks"
        case .wrongAudience: "the token is for another audience"
        case .wrongClientID: "the 'client_id' of the token is not configured"
        case .wrongUse: "the 'token_use' of the token is not the configured one"
        case .missingClaim(let name): "the token has no claim '\(Self.cut(name))'"
        case .unfitClaim(let name): "the claim '\(Self.cut(name))' of the token is of no use"
        case .keysUnavailable: "the keys of the issuer are not there yet"
        }
    }

    private static func cut(_ text: String) -> String {
        var shown = ""
        TextEscape.append(text, to: &shown, limit: 100)
        return shown
    }
}
