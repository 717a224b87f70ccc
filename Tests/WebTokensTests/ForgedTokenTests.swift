import Cryptography
import Messages
import TestSupport
import Testing

@testable import WebTokens

/// Tokens that somebody without the key of the issuer could send.
@Suite(.enabled(if: OpenSSL.available, "there is no command openssl"))
struct ForgedTokenTests {
    private let issuer: Issuer

    init() throws { issuer = try Issuer.shared.get() }

    private func header(_ algorithm: String, _ more: String = #""kid":"k1""#) -> String {
        #"{"alg":"\#(algorithm)"\#(more.isEmpty ? "" : ",")\#(more)}"#
    }

    @Test(arguments: ["none", "None", "", "HS256", "HS512", "PS512", "RS384", "rs256", "PS256", "ES256"])
    func anotherAlgorithmThanTheConfiguredOneIsRefused(algorithm: String) throws {
        // Signed with the modulus, the key itself, and nothing: none of it is looked at.
        let unsigned = TokenSigner.unsigned(Issuer.claims(), header: header(algorithm))
        for signature in ["", Base64URL.encode(Digest.hmacSHA256(key: [1], Array(unsigned.utf8)))] {
            #expect(throws: TokenFault.unfitAlgorithm(algorithm)) {
                try issuer.verify("\(unsigned).\(signature)")
            }
        }
    }

    @Test
    func theAlgorithmOfAKeyIsNotSwappedForAnotherConfiguredOne() throws {
        var both = issuer
        both.rules.algorithms = [.rs256, .ps256]
        let genuine = try issuer.sign(header: header("PS256"), pss: true)
        #expect(throws: TokenFault.unfitAlgorithm("PS256")) { try both.verify(genuine) }
        let pinned = TokenSigner.set(both.signer.key("k1", #""alg":"PS256""#))
        #expect(try both.verify(genuine, keys: pinned).issuerName == "cluster")
        let other = try issuer.sign()
        #expect(throws: TokenFault.unfitAlgorithm("RS256")) { try both.verify(other, keys: pinned) }
    }

    @Test
    func aForgedAlgorithmDoesNotPinAKeyWithoutOne() throws {
        let keys = TokenSigner.set(issuer.signer.key("k1", ""))
        let set = try JSONWebKeySet(Array(keys.utf8))
        let verifier = TokenVerifier(rules: issuer.rules, keys: set)
        let forged = TokenSigner.unsigned(Issuer.claims(), header: header("PS512")) + ".AAAA"
        let genuine = try issuer.sign()
        for _ in 0..<3 {
            #expect(throws: TokenFault.unfitAlgorithm("PS512")) {
                try verifier.verify(Array(forged.utf8), now: Issuer.now)
            }
            #expect(try verifier.verify(Array(genuine.utf8), now: Issuer.now).issuerName == "cluster")
        }
    }

    @Test(arguments: TokenFault.Member.allCases)
    func aHeaderThatNamesKeysOrRulesIsRefused(member: TokenFault.Member) throws {
        for value in [#""https://evil.test/keys""#, "[]", "null", "{}"] {
            let token = try issuer.sign(
                header: header("RS256", #""kid":"k1","\#(member.rawValue)":\#(value)"#)
            )
            #expect(throws: TokenFault.refusedMember(member)) { try issuer.verify(token) }
        }
    }

    @Test(arguments: ["../../etc/passwd", "k1\\u0000", "k1 ", "K1", "' OR 1=1 --", "k1/../k1"])
    func aKeyIsFoundByItsWholeNameAlone(name: String) throws {
        let token =
            TokenSigner.unsigned(Issuer.claims(), header: header("RS256", #""kid":"\#(name)""#)) + ".AAAA"
        let decoded = name.replacing("\\u0000", with: "\0")
        #expect(throws: TokenFault.unknownKey(decoded)) { try issuer.verify(token) }
    }

    @Test
    func aVeryLongNameOfAKeyIsMalformed() throws {
        let name = String(repeating: "k", count: 257)
        let token =
            TokenSigner.unsigned(Issuer.claims(), header: header("RS256", #""kid":"\#(name)""#)) + ".AAAA"
        #expect(throws: TokenFault.malformed(.header)) { try issuer.verify(token) }
    }

    @Test(
        arguments: [
            #"{"alg":"RS256","alg":"RS256","kid":"k1"}"#, #"{"alg":"RS256","kid":"k1","\u006bid":"k1"}"#,
            #"{"alg":["RS256"],"kid":"k1"}"#, #"{"kid":"k1"}"#, #"{"alg":"RS256","kid":1}"#, "[]", "",
            #"{"alg":"RS256","kid":"k1"}{}"#, #"{"alg":"RS256","kid":"k1",}"#,
            #"{"alg":"RS256","a":"# + String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
                + "}",
        ]
    )
    func aHeaderThatParsersReadDifferentlyIsRefused(header: String) throws {
        let token = try issuer.sign(header: header)
        #expect(throws: TokenFault.malformed(.header)) { try issuer.verify(token) }
    }

    @Test(
        arguments: [
            Issuer.claims(more: #""sub":"admin""#), Issuer.claims(more: #""\u0073ub":"admin""#), "[]",
            "\"iss\"",
            Issuer.claims() + " x",
            Issuer.claims(
                more: #""a":"# + String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
            ),
            Issuer.claims(more: #""a":"\ud800""#),
        ]
    )
    func claimsThatParsersReadDifferentlyAreRefused(claims: String) throws {
        let token = try issuer.sign(claims)
        #expect(throws: TokenFault.malformed(.claims)) { try issuer.verify(token) }
    }

    @Test
    func textThatIsNotUTF8IsRefused() throws {
        let claims = Array(Issuer.claims().utf8.dropLast()) + Array(#","a":""#.utf8) + [0xFF, 0x22, 0x7D]
        let token = "\(Base64URL.encode(Array(Issuer.header.utf8))).\(Base64URL.encode(claims)).AAAA"
        #expect(throws: TokenFault.malformed(.claims)) { try issuer.verify(token) }
    }

    @Test
    func anotherSpellingOfATokenIsRefused() throws {
        let token = try issuer.sign()
        let parts = token.split(separator: ".").map(String.init)
        #expect(try issuer.verify(token).issuerName == "cluster")
        let others = [
            token + "=", token + "A", token + "\n", " " + token, token + ".", token + ".AAAA", "." + token,
            parts[0] + "." + parts[1], parts[0] + ".." + parts[2], "\(parts[0])=.\(parts[1]).\(parts[2])",
            "\(parts[0]).\(parts[1])\n.\(parts[2])", "Bearer " + token, "", "..", "...",
        ]
        for other in others {
            #expect(throws: TokenFault.self, "\(other)") { try issuer.verify(other) }
        }
        let standard = parts[2].replacing("-", with: "+").replacing("_", with: "/")
        try #require(standard != parts[2])
        #expect(throws: TokenFault.malformed(.form)) {
            try issuer.verify("\(parts[0]).\(parts[1]).\(standard)")
        }
    }

    @Test
    func everyTruncatedTokenIsRefused() throws {
        let token = Array(try issuer.sign().utf8)
        let set = try JSONWebKeySet(Array(TokenSigner.set(issuer.signer.key("k1")).utf8))
        let verifier = TokenVerifier(rules: issuer.rules, keys: set)
        for count in token.indices {
            #expect(throws: TokenFault.self) {
                try verifier.verify(Array(token[..<count]), now: Issuer.now)
            }
        }
    }

    @Test
    func aTokenHasAtMostEightKibibytes() throws {
        let padding = String(repeating: "x", count: 6000)
        let token = try issuer.sign(Issuer.claims(more: #""a":"\#(padding)""#))
        #expect(token.utf8.count > SignedToken.longest)
        #expect(throws: TokenFault.tooLong) { try issuer.verify(token) }
        let shorter = try issuer.sign(Issuer.claims(more: #""a":"\#(padding.dropLast(1000))""#))
        #expect(try issuer.verify(shorter).issuerName == "cluster")
    }

    @Test
    func aTokenWithoutAKeyNameNeedsTheOnlyKeyThatFits() throws {
        let token = try issuer.sign(header: #"{"alg":"RS256"}"#)
        let curve =
            #"{"kty":"EC","crv":"P-256","kid":"e","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","#
            + #""y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#
        let one = TokenSigner.set(issuer.signer.key("k1"), curve)
        #expect(try issuer.verify(token, keys: one).issuerName == "cluster")
        let two = TokenSigner.set(issuer.signer.key("k1"), issuer.signer.key("k2"))
        #expect(throws: TokenFault.ambiguousKey) { try issuer.verify(token, keys: two) }
        #expect(throws: TokenFault.unknownKey(nil)) {
            try issuer.verify(token, keys: TokenSigner.set(curve))
        }
    }

    @Test(arguments: [
        ("JWT", true), ("jwt", true), ("at+jwt", true), ("application/at+jwt", true), ("JOSE", false),
    ])
    func theTypeIsThatOfAToken(type: String, isFit: Bool) throws {
        let token = try issuer.sign(header: #"{"alg":"RS256","kid":"k1","typ":"\#(type)"}"#)
        if isFit {
            #expect(try issuer.verify(token).issuerName == "cluster")
        } else {
            #expect(throws: TokenFault.unfitType) { try issuer.verify(token) }
        }
    }
}
