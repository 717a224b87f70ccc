/// How a request is signed, stage by stage: for people who look for the stage that differs, and for tests.
///
/// Holds no secret: neither the secret key nor a key derived from it. The canonical request does show the
/// session token, where there is one, since it is signed.
package struct SigningTrace: Sendable, Equatable {
    package let canonicalRequest: String
    package let stringToSign: String
    /// 64 hexadecimal digits.
    package let signature: String
    /// The whole value of the Authorization field.
    package let authorization: String
}
