/// The stages of a signature, for people who search the stage that differs, and for tests.
///
/// It contains neither the secret key nor a key derived from it. The canonical request does contain the
/// session token, because the token is signed.
package struct SigningTrace: Sendable, Equatable {
    package let canonicalRequest: String
    package let stringToSign: String
    /// The signature in 64 hexadecimal digits.
    package let signature: String
    /// The value of the Authorization field.
    package let authorization: String
}
