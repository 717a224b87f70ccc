/// The signature algorithms of tokens (RFC 7518 section 3.1, RFC 8037); there are no others.
///
/// None of them has a secret that the verifier shares, so a public key can never be taken for one.
package enum SignatureAlgorithm: String, Sendable, CaseIterable {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    case rs256 = "RS256"
    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes.
    case ps256 = "PS256"
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// ECDSA on P-384 with SHA-384.
    case es384 = "ES384"
    /// Ed25519; the other curve of that name, Ed448, is not among them.
    case edDSA = "EdDSA"

    /// The kind of key that the algorithm needs.
    package var keyKind: PublicKey.Kind {
        switch self {
        case .rs256, .ps256: .rsa
        case .es256: .p256
        case .es384: .p384
        case .edDSA: .ed25519
        }
    }

    /// The name that libcrypto has for the digest; nil for Ed25519, which has its own.
    var digestName: String? {
        switch self {
        case .rs256, .ps256, .es256: "SHA256"
        case .es384: "SHA384"
        case .edDSA: nil
        }
    }
}
