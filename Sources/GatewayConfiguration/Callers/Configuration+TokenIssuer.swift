extension Configuration {
    /// An issuer of the JSON web tokens (RFC 7519) that callers send.
    package struct TokenIssuer: Sendable, Equatable {
        /// The most issuers of a configuration.
        package static let most = 16

        /// The name of the issuer in candidates: `jwt:NAME:CALLER`.
        package var name: String
        /// The claim `iss`, compared byte by byte; its keys are discovered under it.
        package var issuer: String
        /// The values of the claim `aud`, of which a token needs one; none: the claim is not looked at.
        package var audiences: [String] = []
        package var keys = KeySetSource()
        /// The algorithms that are accepted: these and no others.
        package var algorithms: [TokenAlgorithm] = [.rs256]
        /// The claim that names the caller.
        package var caller = "sub"
        /// The difference of clocks that `exp`, `nbf` and `iat` are granted.
        package var leeway = Duration.seconds(30)
        /// The value that the claim `token_use` must have; nil: the claim is not looked at.
        package var tokenUse: TokenUse?
        /// The values of the claim `client_id`, of which a token needs one; none: the claim is not looked at.
        package var clientIDs: [String] = []
        /// The claim with the identity, or the list of identities, that are the caller's own.
        package var identityClaim: String?
    }

    /// The place of the keys of an issuer: a URL, a file, or what its discovery document names.
    package struct KeySetSource: Sendable, Equatable {
        package var url: String?
        package var file: String?
        /// The time after which keys are fetched again.
        package var refresh = Duration.seconds(600)
        /// The least time between fetches that unknown keys cause.
        package var cooldown = Duration.seconds(30)
        /// The certificate authorities of the server; nil: those of the system.
        package var caFile: String?
        /// The file of the bearer token to send to the server; nil: none is sent.
        package var tokenFile: String?
    }

    /// A signature algorithm of RFC 7518 and RFC 8037.
    package enum TokenAlgorithm: String, CaseIterable, Sendable {
        case rs256 = "RS256"
        case ps256 = "PS256"
        case es256 = "ES256"
        case es384 = "ES384"
        case edDSA = "EdDSA"
    }

    /// The purpose of a token of a Cognito user pool.
    package enum TokenUse: String, CaseIterable, Sendable {
        case access
        case id
    }
}
