import Cryptography
import Messages

/// Runs the checks on fuzzed bytes, called by libFuzzer.
///
/// The bytes are taken as a token, as the header and the claims of one with a NUL between, and as a set of keys.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzWebTokens(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = unsafe FuzzInput(start, count)
    let bytes = Array(input.rest)
    WebTokensFuzz.checkToken(bytes)
    WebTokensFuzz.checkKeySet(bytes)
    let header = input.part()
    WebTokensFuzz.checkParts(header: header, claims: input.part(), signature: Array(input.rest))
    return 0
}

/// The properties under test: no token is verified that the issuer did not sign, and a token has one spelling.
private enum WebTokensFuzz {
    /// The key and the token of RFC 7515 appendix A.3; the token alone is signed.
    private static let keys = read(
        #"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","#
            + #""y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#
    )
    private static let genuine = Array(
        ("eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnV"
            + "lfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")
            .utf8
    )
    private static let rules = TokenRules(
        issuerName: "joe",
        issuer: "joe",
        algorithms: SignatureAlgorithm.allCases,
        callerClaim: "iss",
        identityClaim: "identities"
    )

    static func checkToken(_ token: [UInt8]) {
        do throws(TokenFault) {
            let verified = try TokenVerifier(rules: rules, keys: keys).verify(token, now: 1_300_000_000)
            Finding.unless(token == genuine, "a forged token is verified", token)
            Finding.unless(verified.caller == "joe", "another caller", token)
        } catch {
            Finding.unless(token != genuine, "the genuine token is refused: \(error)", token)
            check(error, token)
        }
        guard let signed = try? SignedToken(token) else { return }
        let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        Finding.unless(
            Array(Base64URL.encode(signed.payload).utf8) == Array(parts[1]),
            "two spellings",
            token
        )
    }

    /// Checks the readers behind base64url, which chance would not write.
    static func checkParts(header: [UInt8], claims: [UInt8], signature: [UInt8]) {
        let parts = [header, claims, signature].map { Base64URL.encode($0) }
        checkToken(Array(parts.joined(separator: ".").utf8))
    }

    static func checkKeySet(_ bytes: [UInt8]) {
        _ = IssuerDocument(bytes)
        do throws(JSONWebKeySet.Fault) {
            let set = try JSONWebKeySet(bytes)
            Finding.unless(set.count > 0 && set.count + set.skipped <= 64, "a wrong number of keys", bytes)
        } catch {
            Finding.unless(error.description.utf8.count < 300, "a long message", bytes)
        }
    }

    private static func check(_ fault: TokenFault, _ token: [UInt8]) {
        let text = fault.description
        Finding.unless(!text.unicodeScalars.contains(where: TextEscape.isHarmful), "a harmful message", token)
        Finding.unless(text.utf8.count < 800, "a long message", token)
    }

    private static func read(_ text: String) -> JSONWebKeySet {
        guard let keys = try? JSONWebKeySet(Array(text.utf8)) else {
            Finding.trap("the sample is no set of keys")
        }
        return keys
    }
}
