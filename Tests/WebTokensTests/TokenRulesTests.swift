import Cryptography
import TestSupport
import Testing

@testable import WebTokens

/// The rules on claims.
@Suite(.enabled(if: OpenSSL.available, "there is no command openssl"))
struct TokenRulesTests {
    private let issuer: Issuer

    init() throws { issuer = try Issuer.shared.get() }

    @Test
    func aTokenOfTheIssuerNamesItsCaller() throws {
        let verified = try issuer.verify(try issuer.sign())
        #expect(verified.issuerName == "cluster")
        #expect(verified.caller == "system:serviceaccount:a:b")
        #expect(verified.identities.isEmpty)
        #expect(verified.expires == 1_800_000_630)
    }

    @Test(
        arguments: [
            (Issuer.claims(issuer: ""), TokenFault.missingClaim("iss")),
            (
                Issuer.claims(issuer: #""iss":"https://issuer.test/""#),
                .unknownIssuer("https://issuer.test/")
            ),
            (Issuer.claims(issuer: #""iss":7"#), .malformed(.claims)),
            (Issuer.claims(audience: ""), .missingClaim("aud")),
            (Issuer.claims(audience: #""aud":"other""#), .wrongAudience),
            (Issuer.claims(audience: #""aud":[]"#), .wrongAudience),
            (Issuer.claims(audience: #""aud":["syncgate",7]"#), .unfitClaim("aud")),
            (Issuer.claims(times: ""), .missingClaim("exp")),
            (Issuer.claims(times: #""exp":"1800000600""#), .unfitClaim("exp")),
            (Issuer.claims(times: #""exp":1e400"#), .unfitClaim("exp")),
            (Issuer.claims(times: #""exp":-1"#), .unfitClaim("exp")),
            (Issuer.claims(times: #""exp":1799999970"#), .expired),
            (Issuer.claims(times: #""exp":1800000600,"nbf":1800000031"#), .notYetValid),
            (Issuer.claims(times: #""exp":1800000600,"iat":1800000031"#), .notYetValid),
            (Issuer.claims(subject: ""), .missingClaim("sub")),
            (Issuer.claims(subject: #""sub":"""#), .unfitClaim("sub")),
            (Issuer.claims(subject: #""sub":"a\nb""#), .unfitClaim("sub")),
            (Issuer.claims(subject: #""sub":null"#), .unfitClaim("sub")),
            (Issuer.claims(subject: #""sub":["a"]"#), .unfitClaim("sub")),
            (Issuer.claims(subject: "\"sub\":\"a\u{202E}b\""), .unfitClaim("sub")),
        ]
    )
    func aTokenThatBreaksARuleIsRefused(claims: String, fault: TokenFault) throws {
        let token = try issuer.sign(claims)
        #expect(throws: fault) { try issuer.verify(token) }
    }

    @Test(
        arguments: [
            Issuer.claims(audience: #""aud":"syncgate""#),
            Issuer.claims(times: #""exp":1799999971"#),
            Issuer.claims(times: #""exp":1800000600.75,"nbf":1800000030,"iat":1800000030"#),
        ]
    )
    func theEdgeOfARuleIsWithinIt(claims: String) throws {
        #expect(try issuer.verify(try issuer.sign(claims)).caller == "system:serviceaccount:a:b")
    }

    @Test
    func anAccessTokenOfCognitoHasNoAudience() throws {
        var cognito = issuer
        cognito.rules.audiences = []
        cognito.rules.clientIDs = ["app"]
        cognito.rules.tokenUse = "access"
        cognito.rules.callerClaim = "client_id"
        cognito.rules.identityClaim = "custom:identity_id"
        func verify(_ more: String) throws -> VerifiedToken {
            try cognito.verify(try cognito.sign(Issuer.claims(audience: "", more: more)))
        }
        let one = #""client_id":"app","token_use":"access","custom:identity_id":"r:1""#
        #expect(try verify(one).caller == "app")
        #expect(try verify(one).identities == ["r:1"])
        let list = #""client_id":"app","token_use":"access","custom:identity_id":["r:1","r:2"]"#
        #expect(try verify(list).identities == ["r:1", "r:2"])
        #expect(try verify(#""client_id":"app","token_use":"access""#).identities.isEmpty)
        #expect(throws: TokenFault.wrongUse) { try verify(#""client_id":"app","token_use":"id""#) }
        #expect(throws: TokenFault.wrongClientID) {
            try verify(#""client_id":"b","token_use":"access""#)
        }
        #expect(throws: TokenFault.missingClaim("client_id")) { try verify(#""token_use":"access""#) }
        #expect(throws: TokenFault.unfitClaim("custom:identity_id")) {
            try verify(#""client_id":"app","token_use":"access","custom:identity_id":7"#)
        }
    }

    @Test
    func textsThatOnlyLookEqualAreOthers() throws {
        // The same letter in two canonically equivalent spellings.
        var other = issuer
        other.rules.audiences = ["caf\u{E9}"]
        let token = try issuer.sign(Issuer.claims(audience: "\"aud\":\"cafe\u{301}\""))
        #expect(throws: TokenFault.wrongAudience) { try other.verify(token) }
    }

    @Test
    func noTextOfAFaultHasAnUnverifiedTextAsItCame() {
        let faults: [TokenFault] = [
            .unknownIssuer("a\u{1B}[2J\n"), .unknownKey(String(repeating: "k", count: 300)),
            .unfitAlgorithm("\u{202E}"),
        ]
        for fault in faults {
            #expect(!fault.description.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
            #expect(fault.description.utf8.count < 160)
        }
    }
}
