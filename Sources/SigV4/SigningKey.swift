import Cryptography

/// The third step of SigV4: a key that is valid for one day, region and service only.
enum SigningKey {
    /// Derives the key by a chain of HMACs over date, region, service and `aws4_request`.
    ///
    /// The key of the first HMAC is `AWS4` and the secret; the key of each other one is the code before it.
    static func derive(_ secret: Secret, scope: CredentialScope) -> [UInt8] {
        var key = Array("AWS4".utf8) + Array(secret.text.utf8)
        for part in [scope.date, scope.region, scope.service, CredentialScope.terminator] {
            let next = Digest.hmacSHA256(key: key, Array(part.utf8))
            Digest.cleanse(&key)
            key = next
        }
        return key
    }
}
