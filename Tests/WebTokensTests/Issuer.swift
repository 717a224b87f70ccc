import Cryptography
import TestSupport

@testable import WebTokens

/// An issuer with a key of its own, made once for all tests, and the rules for its tokens.
struct Issuer: Sendable {
    static let shared = Result { try Issuer(signer: TokenSigner()) }
    static let now: Int64 = 1_800_000_000
    static let header = #"{"alg":"RS256","kid":"k1","typ":"JWT"}"#

    let signer: TokenSigner
    var rules = TokenRules(issuerName: "cluster", issuer: "https://issuer.test", audiences: ["syncgate"])

    /// The claims of a usual token, with others in their place.
    static func claims(
        issuer: String = #""iss":"https://issuer.test""#,
        audience: String = #""aud":["other","syncgate"]"#,
        times: String = #""exp":1800000600,"nbf":1799999990,"iat":1799999990"#,
        subject: String = #""sub":"system:serviceaccount:a:b""#,
        more: String = ""
    ) -> String {
        "{" + [issuer, audience, times, subject, more].filter { !$0.isEmpty }.joined(separator: ",") + "}"
    }

    /// Verifies a token at ``now``.
    func verify(
        _ token: String,
        keys: String? = nil,
        now: Int64 = now
    ) throws -> VerifiedToken {
        let set = try JSONWebKeySet(Array((keys ?? TokenSigner.set(signer.key("k1"))).utf8))
        return try TokenVerifier(rules: rules, keys: set).verify(Array(token.utf8), now: now)
    }

    func sign(_ claims: String = claims(), header: String = header, pss: Bool = false) throws -> String {
        try signer.sign(claims, header: header, pss: pss)
    }
}
