import Cryptography
import GatewayConfiguration
import WebTokens

extension Configuration.Callers {
    /// The issuers in the terms of their verification.
    var tokenIssuers: [TokenIssuers.Issuer] { by.jwt.map { TokenIssuers.Issuer($0) } }
}

extension TokenIssuers.Issuer {
    fileprivate init(_ issuer: Configuration.TokenIssuer) {
        self.init(
            rules: TokenRules(
                issuerName: issuer.name,
                issuer: issuer.issuer,
                audiences: issuer.audiences,
                clientIDs: issuer.clientIDs,
                tokenUse: issuer.tokenUse?.rawValue,
                algorithms: issuer.algorithms.map(\.signature),
                callerClaim: issuer.caller,
                identityClaim: issuer.identityClaim,
                leeway: issuer.leeway.components.seconds
            ),
            source: KeySource(
                issuer: issuer.issuer,
                url: issuer.keys.url,
                file: issuer.keys.file,
                refresh: issuer.keys.refresh,
                cooldown: issuer.keys.cooldown,
                caFile: issuer.keys.caFile,
                tokenFile: issuer.keys.tokenFile
            )
        )
    }
}

extension Configuration.TokenAlgorithm {
    fileprivate var signature: SignatureAlgorithm {
        switch self {
        case .rs256: .rs256
        case .ps256: .ps256
        case .es256: .es256
        case .es384: .es384
        case .edDSA: .edDSA
        }
    }
}
