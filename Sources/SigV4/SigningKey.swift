/// The third step of SigV4: a key that is good for one day, region and service only.
enum SigningKey {
    /// HMAC of `aws4_request` under HMAC of the service under … of the date under `AWS4` and the secret.
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
