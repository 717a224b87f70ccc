import Cryptography
import WebTokens

extension Workload {
    /// The verification of a token of a caller that is not remembered, and its refusal before the signature.
    static var tokens: [Workload] {
        [
            Workload(name: "verify a token by RS256") {
                work(key: rsaKey, token: rsaToken, now: 1_300_819_379)
            },
            Workload(name: "verify a token by ES256") {
                work(key: curveKey, token: curveToken, now: 1_300_819_379)
            },
            Workload(name: "refuse an expired token") {
                work(key: rsaKey, token: rsaToken, now: 1_400_000_000)
            },
        ]
    }

    private static func work(key: String, token: String, now: Int64) -> () -> Void {
        let keys = need(try? JSONWebKeySet(Array(#"{"keys":[\#(key)]}"#.utf8)), "the set of keys")
        let algorithms: [SignatureAlgorithm] = [.rs256, .es256]
        let rules = TokenRules(issuerName: "joe", issuer: "joe", algorithms: algorithms, callerClaim: "iss")
        let verifier = TokenVerifier(rules: rules, keys: keys)
        let bytes = Array(token.utf8)
        let isAccepted = (try? verifier.verify(bytes, now: now)) != nil
        _ = need(isAccepted == (now < 1_300_819_380) ? true : nil, "the expected verdict")
        return { keep(try? verifier.verify(bytes, now: now)) }
    }

    private static let claims =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

    /// The key and the token of RFC 7515 appendix A.2: 2048 bits.
    private static let rsaKey = """
        {"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL\
        -yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTB\
        EMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9\
        gb54h4FRWyuXpoQ","e":"AQAB"}
        """
    private static let rsaToken = """
        eyJhbGciOiJSUzI1NiJ9.\(claims).cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_\
        O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB\
        _eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlV\
        mtVrBp0igcN_IoypGlUPQGe77Rw
        """
    /// The key and the token of RFC 7515 appendix A.3.
    private static let curveKey = """
        {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",\
        "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
        """
    private static let curveToken = """
        eyJhbGciOiJFUzI1NiJ9.\(claims).DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q
        """
}
