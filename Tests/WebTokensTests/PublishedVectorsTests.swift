import Cryptography
import Messages
import Testing

@testable import WebTokens

/// The examples of the RFCs.
struct PublishedVectorsTests {
    private static let claims =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

    /// RFC 7515 appendix A.2.
    static let rsaKey = """
        {"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL\
        -yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTB\
        EMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9\
        gb54h4FRWyuXpoQ","e":"AQAB"}
        """
    static let rsaToken = """
        eyJhbGciOiJSUzI1NiJ9.\(claims).cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_\
        O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB\
        _eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlV\
        mtVrBp0igcN_IoypGlUPQGe77Rw
        """
    /// RFC 7515 appendix A.3.
    private static let curveKey = """
        {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",\
        "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
        """
    private static let curveToken = """
        eyJhbGciOiJFUzI1NiJ9.\(claims).DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q
        """
    /// RFC 7515 appendix A.4: ES512 on P-521.
    private static let longCurveKey = """
        {"kty":"EC","crv":"P-521","x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqw\
        QGk","y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"}
        """
    private static let longCurveToken = """
        eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_\
        7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn
        """
    /// RFC 8037 appendix A.4.
    private static let edwardsKey = """
        {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
        """
    private static let edwardsToken = """
        eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iyl\
        Gjg5BhVsPt9g7sVvpAr_MuM0KAg
        """

    @Test(
        arguments: [
            (rsaKey, rsaToken), (curveKey, curveToken), (edwardsKey, edwardsToken),
        ]
    )
    func theExamplesOfTheRFCsVerify(key: String, token: String) throws {
        try #expect(isAccepted(token, by: key))
        let dot = try #require(token.lastIndex(of: "."))
        var other = Array(token.utf8)
        let index = token.utf8.distance(from: token.startIndex, to: dot) + 8
        other[index] = other[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        try #expect(!isAccepted(String(decoding: other, as: UTF8.self), by: key))
    }

    @Test
    func es512IsNoAlgorithmOfOurs() throws {
        #expect(throws: JSONWebKeySet.Fault.noUsableKey(skipped: 1)) {
            try JSONWebKeySet(Array(#"{"keys":[\#(Self.longCurveKey)]}"#.utf8))
        }
        let keys = try JSONWebKeySet(Array(#"{"keys":[\#(Self.longCurveKey),\#(Self.curveKey)]}"#.utf8))
        #expect(keys.skipped == 1)
        let token = try SignedToken(Array(Self.longCurveToken.utf8))
        #expect(throws: TokenFault.unfitAlgorithm("ES512")) {
            try keys.key(for: token, among: SignatureAlgorithm.allCases)
        }
    }

    @Test
    func theExampleOfAClaimedTokenIsVerifiedAsAWhole() throws {
        let keys = try JSONWebKeySet(Array(#"{"keys":[\#(Self.rsaKey)]}"#.utf8))
        let rules = TokenRules(issuerName: "joe", issuer: "joe", callerClaim: "iss", leeway: 0)
        let verifier = TokenVerifier(rules: rules, keys: keys)
        let verified = try verifier.verify(Array(Self.rsaToken.utf8), now: 1_300_819_379)
        #expect(verified.caller == "joe")
        #expect(verified.expires == 1_300_819_380)
        #expect(throws: TokenFault.expired) {
            try verifier.verify(Array(Self.rsaToken.utf8), now: 1_300_819_380)
        }
    }

    private func isAccepted(_ token: String, by key: String) throws -> Bool {
        let keys = try JSONWebKeySet(Array(#"{"keys":[\#(key)]}"#.utf8))
        let token = try SignedToken(Array(token.utf8))
        let (key, algorithm) = try keys.key(for: token, among: SignatureAlgorithm.allCases)
        return token.isSigned(by: key, with: algorithm)
    }
}
