import Cryptography
import Messages
import Testing

@testable import WebTokens

struct JSONWebKeySetTests {
    private static let point =
        #""x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0""#
    private static let good = #"{"kty":"EC","crv":"P-256",\#(point)}"#

    private func set(_ keys: [String]) throws -> JSONWebKeySet {
        try JSONWebKeySet(Array(#"{"keys":[\#(keys.joined(separator: ","))]}"#.utf8))
    }

    private static func rsa(bits: Int, exponent: [UInt8] = [1, 0, 1], low: UInt8 = 1) -> String {
        var modulus = [UInt8](repeating: 0xA5, count: bits / 8)
        modulus[0] = 0x80 >> UInt8(bits % 8 == 0 ? 0 : 8 - bits % 8)
        modulus[modulus.count - 1] = modulus[modulus.count - 1] & 0xFE | low
        return #"{"kty":"RSA","n":"\#(Base64URL.encode(modulus))","e":"\#(Base64URL.encode(exponent))"}"#
    }

    @Test(
        arguments: [
            #"{"kty":"oct","k":"AAAA"}"#, #"{"kty":"EC","crv":"secp256k1",\#(point)}"#,
            #"{"kty":"EC","crv":"P-384",\#(point)}"#, #"{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}"#,
            // A point that is not on the curve: y is x.
            #"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"}"#,
            #"{"kty":"EC","crv":"P-256","use":"enc",\#(point)}"#,
            #"{"kty":"EC","crv":"P-256","key_ops":["encrypt"],\#(point)}"#,
            #"{"kty":"EC","crv":"P-256","alg":"ES384",\#(point)}"#,
            #"{"kty":"EC","crv":"P-256","alg":"ECDH-ES",\#(point)}"#,
            #"{"kty":"EC","crv":"P-256","d":"AAAA",\#(point)}"#,
            #"{"kty":"EC","crv":"P-256","kid":7,\#(point)}"#, #"{"kty":"OKP","crv":"X25519","x":"AAAA"}"#,
            #"{"kty":"OKP","crv":"Ed25519","x":"AAAA"}"#, "{}", rsa(bits: 1024), rsa(bits: 2040),
            rsa(bits: 8200), rsa(bits: 2048, low: 0), rsa(bits: 2048, exponent: [1]),
            rsa(bits: 2048, exponent: [2]), rsa(bits: 2048, exponent: [1, 0, 0]),
            rsa(bits: 2048, exponent: []),
            rsa(bits: 2048, exponent: [UInt8](repeating: 1, count: 9)),
        ]
    )
    func aKeyThatIsOfNoUseIsSkippedAndCounted(key: String) throws {
        let keys = try set([key, Self.good])
        #expect(keys.count == 1)
        #expect(keys.skipped == 1)
    }

    @Test
    func keysOfEveryUsualLengthAreTaken() throws {
        let keys = try set([
            Self.good, Self.rsa(bits: 2048), Self.rsa(bits: 3072), Self.rsa(bits: 8192),
            Self.rsa(bits: 2048, exponent: [3]), Self.rsa(bits: 2048, exponent: [0, 1, 0, 1]),
            #"{"kty":"EC","crv":"P-256","use":"sig","key_ops":["verify"],"alg":"ES256",\#(Self.point)}"#,
        ])
        #expect(keys.count == 7)
        #expect(keys.skipped == 0)
    }

    @Test
    func aSetHasAtMost64KeysAnd256Kibibytes() throws {
        let keys = try set(Array(repeating: Self.good, count: 64))
        #expect(keys.count == 64)
        #expect(throws: JSONWebKeySet.Fault.tooManyKeys) {
            try set(Array(repeating: Self.good, count: 65))
        }
        let text = #"{"keys":[\#(Self.good)]}"#
        func padded(to count: Int) -> [UInt8] {
            Array(text.utf8) + [UInt8](repeating: 0x20, count: count - text.utf8.count)
        }
        #expect(try JSONWebKeySet(padded(to: 256 << 10)).count == 1)
        #expect(throws: JSONWebKeySet.Fault.tooLarge) { try JSONWebKeySet(padded(to: 256 << 10 + 1)) }
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"keys":{}}"#, #"{"keys":[]}"#, #"{"keys":[],"keys":[]}"#, #"{"keys":[7]}"#,
    ])
    func aTextThatIsNoSetIsRefused(text: String) {
        #expect(throws: JSONWebKeySet.Fault.self) { try JSONWebKeySet(Array(text.utf8)) }
    }

    @Test
    func aDiscoveryDocumentMayHaveManyMembers() {
        let more = (0..<100).map { #""m\#($0)":[]"# }.joined(separator: ",")
        let document = IssuerDocument(Array(#"{"issuer":"i","jwks_uri":"u",\#(more)}"#.utf8))
        #expect(document?.issuer == "i")
        #expect(document?.keySetURL == "u")
        #expect(IssuerDocument(Array(#"{"issuer":"i"}"#.utf8)) == nil)
        #expect(IssuerDocument(Array(#"{"issuer":"i","issuer":"j","jwks_uri":"u"}"#.utf8)) == nil)
    }
}
