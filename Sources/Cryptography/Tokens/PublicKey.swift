private import CCrypto

/// A public key that verifies signatures of tokens, by OpenSSL's libcrypto.
///
/// Many threads use one key at once.
// Unchecked: the pointer never changes, and libcrypto only reads a key that is complete.
@safe package final class PublicKey: @unchecked Sendable {
    package enum Kind: Sendable, Equatable {
        case rsa
        case p256
        case p384
        case ed25519
    }

    /// The lengths of an RSA modulus in bits; a longer one would make each signature expensive.
    package static let modulusBits = 2048...8192
    /// The longest public exponent in bytes; usual is 65537.
    package static let longestExponent = 8

    package let kind: Kind
    /// The length of a signature in bytes, which is the same for every signature of a key.
    private let signatureLength: Int
    private let pointer: OpaquePointer

    /// Creates an RSA key from its big-endian numbers.
    package init(rsaModulus modulus: [UInt8], exponent: [UInt8]) throws(PublicKeyFault) {
        let modulus = Array(modulus.drop { $0 == 0 })
        let exponent = Array(exponent.drop { $0 == 0 })
        guard let high = modulus.first, let low = modulus.last, low & 1 == 1 else { throw .malformed }
        guard Self.modulusBits.contains(modulus.count * 8 - high.leadingZeroBitCount) else {
            throw .unfitLength
        }
        guard exponent.count <= Self.longestExponent, let last = exponent.last, last & 1 == 1, exponent != [1]
        else { throw .unfitExponent }
        let key = unsafe syncgate_rsa_key(modulus, CInt(modulus.count), exponent, CInt(exponent.count))
        ERR_clear_error()
        guard let key = unsafe key else { throw .malformed }
        unsafe pointer = key
        kind = .rsa
        signatureLength = modulus.count
    }

    /// Creates a key on P-256 or P-384 from the coordinates of its point, each of the length of the curve.
    package init(curve kind: Kind, x: [UInt8], y: [UInt8]) throws(PublicKeyFault) {
        let name: String
        let length: Int
        switch kind {
        case .p256: (name, length) = ("P-256", 32)
        case .p384: (name, length) = ("P-384", 48)
        case .rsa, .ed25519: throw .malformed
        }
        guard x.count == length, y.count == length else { throw .malformed }
        let point = [0x04] + x + y
        let key = unsafe syncgate_ec_key(name, point, point.count)
        ERR_clear_error()
        guard let key = unsafe key else { throw .malformed }
        unsafe pointer = key
        self.kind = kind
        signatureLength = 2 * length
    }

    /// Creates an Ed25519 key from its 32 bytes.
    package init(ed25519 bytes: [UInt8]) throws(PublicKeyFault) {
        guard bytes.count == 32 else { throw .malformed }
        let key = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count)
        ERR_clear_error()
        guard let key = unsafe key else { throw .malformed }
        unsafe pointer = key
        kind = .ed25519
        signatureLength = 64
    }

    deinit { unsafe EVP_PKEY_free(pointer) }

    /// Returns whether a signature, in the form that tokens have (RFC 7518 section 3), is one of this key.
    package func verifies(
        _ signature: [UInt8],
        of message: [UInt8],
        by algorithm: SignatureAlgorithm
    ) -> Bool {
        guard algorithm.keyKind == kind, signature.count == signatureLength else { return false }
        let signature = kind == .p256 || kind == .p384 ? ECDSASignature.der(signature) : signature
        guard let context = unsafe EVP_MD_CTX_new() else { return false }
        defer {
            unsafe EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        var parameters: OpaquePointer?
        let started = unsafe EVP_DigestVerifyInit_ex(
            context,
            &parameters,
            algorithm.digestName,
            nil,
            nil,
            pointer,
            nil
        )
        guard started == 1 else { return false }
        if algorithm == .ps256 {
            // MGF1 takes the digest of the signature where none is set. The salt has the length of the digest.
            guard unsafe EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1,
                unsafe EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1
            else { return false }
        }
        return unsafe EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}

/// The reason why numbers are not a public key that is used here.
package enum PublicKeyFault: Error, Sendable, Equatable {
    case malformed
    /// An RSA modulus below 2048 or above 8192 bits.
    case unfitLength
    /// An RSA exponent that is even, below 3 or longer than 64 bits.
    case unfitExponent
}
