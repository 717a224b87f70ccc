private import CCrypto
import Messages

/// SHA-256, HMAC-SHA-256 and constant-time comparison, by OpenSSL's libcrypto.
///
/// The algorithms are fetched once: an implicit fetch costs more than the hash itself (OpenSSL's
/// `ossl-guide-libcrypto-introduction`, "performance").
package enum Digest {
    package static let byteCount = 32

    /// Returns the 32 bytes of the digest.
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        // An array that is created with a size looks up its type in the runtime. An empty one that grows does
        // not.
        var digest: [UInt8] = []
        digest.append(addingCapacity: byteCount) { output in
            unsafe output.withUnsafeMutableBufferPointer { output, count in
                let done = unsafe bytes.withUnsafeBytes { input in
                    unsafe EVP_Digest(
                        input.baseAddress,
                        input.count,
                        output.baseAddress,
                        nil,
                        Algorithms.sha256,
                        nil
                    )
                }
                count = done == 1 ? byteCount : 0
            }
        }
        precondition(digest.count == byteCount, "libcrypto cannot compute SHA-256")
        return digest
    }

    /// Appends the 64 hexadecimal digits of the digest, in lower case.
    package static func appendSHA256(of bytes: [UInt8], to output: inout [UInt8]) {
        unsafe appendDigits(to: &output) { digest in
            unsafe bytes.withUnsafeBytes { input in
                unsafe EVP_Digest(input.baseAddress, input.count, digest, nil, Algorithms.sha256, nil) == 1
            }
        }
    }

    /// Appends 64 hexadecimal digits for the 32 bytes that the closure writes.
    fileprivate static func appendDigits(
        to output: inout [UInt8],
        writing digest: (UnsafeMutablePointer<UInt8>?) -> Bool
    ) {
        output.append(addingCapacity: 2 * byteCount) { output in
            unsafe output.withUnsafeMutableBufferPointer { output, count in
                let free = unsafe UnsafeMutableBufferPointer(rebasing: output[count...])
                let done = unsafe digest(free.baseAddress)
                precondition(done, "libcrypto cannot compute SHA-256")
                // From the end: a byte is read before its place gets digits.
                for index in stride(from: byteCount - 1, through: 0, by: -1) {
                    let byte = unsafe free[index]
                    unsafe free[2 * index] = Hexadecimal.lower(byte >> 4)
                    unsafe free[2 * index + 1] = Hexadecimal.lower(byte & 0xF)
                }
                count += 2 * byteCount
            }
        }
    }

    /// Returns the 20 bytes of SHA-1, which names files of the AWS tools and protects nothing.
    ///
    /// It is empty where libcrypto has no SHA-1, as with some FIPS providers.
    package static func sha1(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 20)
        let done = unsafe bytes.withUnsafeBytes { input in
            unsafe digest.withUnsafeMutableBufferPointer { output in
                unsafe EVP_Digest(
                    input.baseAddress,
                    input.count,
                    output.baseAddress,
                    nil,
                    Algorithms.sha1,
                    nil
                )
            }
        }
        return done == 1 ? digest : []
    }

    /// Returns the 32 bytes of the authentication code under a key that is used once; see ``KeyedHash``.
    package static func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        KeyedHash(key: key).hash(message)
    }

    /// Returns whether both arrays are equal, in a time that depends on their lengths alone.
    package static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in
                guard let first = left.baseAddress, let second = right.baseAddress else { return true }
                return unsafe CRYPTO_memcmp(first, second, left.count) == 0
            }
        }
    }

    /// Overwrites key material before its memory is freed.
    package static func cleanse(_ bytes: inout [UInt8]) {
        unsafe bytes.withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
    }
}

/// HMAC-SHA-256 with a prepared key: hashing under the same key again costs a quarter of a new start.
///
/// It owns one `EVP_MAC_CTX`, which threads must not share. The class is therefore not `Sendable`: it lives
/// under the lock of its owner. Freeing the context also wipes the key (`EVP_MAC_CTX_free`).
@safe package final class KeyedHash {
    private let context: OpaquePointer?

    package init(key: [UInt8]) {
        unsafe context = EVP_MAC_CTX_new(Algorithms.hmac)
        let done = unsafe key.withUnsafeBufferPointer {
            unsafe syncgate_hmac_sha256_init(context, $0.baseAddress, $0.count)
        }
        precondition(done == 1, "libcrypto cannot compute HMAC-SHA-256")
    }

    deinit { unsafe EVP_MAC_CTX_free(context) }

    /// Appends the 64 hexadecimal digits of the authentication code of the message, in lower case.
    package func appendHash(of message: [UInt8], to output: inout [UInt8]) {
        unsafe Digest.appendDigits(to: &output) { code in
            unsafe message.withUnsafeBufferPointer { input in
                unsafe EVP_MAC_init(context, nil, 0, nil) == 1
                    && EVP_MAC_update(context, input.baseAddress, input.count) == 1
                    && EVP_MAC_final(context, code, nil, Digest.byteCount) == 1
            }
        }
    }

    /// Returns the 32 bytes of the authentication code of the message.
    package func hash(_ message: [UInt8]) -> [UInt8] {
        var code: [UInt8] = []
        code.append(addingCapacity: Digest.byteCount) { output in
            unsafe output.withUnsafeMutableBufferPointer { output, count in
                let done = unsafe message.withUnsafeBufferPointer { input in
                    unsafe EVP_MAC_init(context, nil, 0, nil) == 1
                        && EVP_MAC_update(context, input.baseAddress, input.count) == 1
                        && EVP_MAC_final(context, output.baseAddress, &count, Digest.byteCount) == 1
                }
                if !done { count = 0 }
            }
        }
        precondition(code.count == Digest.byteCount, "libcrypto cannot compute HMAC-SHA-256")
        return code
    }
}

/// The algorithms of libcrypto's providers, each fetched once.
private enum Algorithms {
    /// The digest SHA-256.
    // Unsafe only to the compiler: never freed, never written, and counted atomically by libcrypto.
    nonisolated(unsafe) static let sha256 = unsafe EVP_MD_fetch(nil, "SHA256", nil)
    /// The digest SHA-1.
    // Unsafe only to the compiler: never freed, never written, and counted atomically by libcrypto.
    nonisolated(unsafe) static let sha1 = unsafe EVP_MD_fetch(nil, "SHA1", nil)
    /// The keyed digest HMAC.
    // Unsafe only to the compiler: never freed, never written, and counted atomically by libcrypto.
    nonisolated(unsafe) static let hmac = unsafe EVP_MAC_fetch(nil, "HMAC", nil)
}
