import Cryptography

/// The cache of recently derived keys, by which a request costs one HMAC instead of five.
///
/// It holds few keys: an access key and its successor, on either side of midnight, for one region and service
/// or a few. The least recently used key is evicted. A linear scan is the fastest table of this size.
struct SigningKeyring {
    private struct Entry {
        var accessKeyID: String
        /// The secret, which is compared too: an operator may correct it under the same access key.
        var secret: Secret
        var scope: CredentialScope
        var hash: KeyedHash
    }

    static let capacity = 8

    /// The entries in the order of their use, the most recent last.
    private var entries: [Entry] = []

    /// The number of derivations, by which a test proves that they are rare.
    private(set) var derivations = 0

    var count: Int { entries.count }

    /// Appends the signature of the string, under the key of these credentials and this scope, as 64 digits.
    mutating func appendSignature(
        of string: StringToSign,
        credentials: Credentials,
        scope: CredentialScope,
        to output: inout [UInt8]
    ) {
        let index = entries.lastIndex {
            $0.scope == scope && $0.accessKeyID == credentials.accessKeyID
                && $0.secret == credentials.secretAccessKey
        }
        if let index {
            if index != entries.endIndex - 1 { entries.append(entries.remove(at: index)) }
        } else {
            insert(credentials, scope: scope)
        }
        entries[entries.endIndex - 1].hash.appendHash(of: string.bytes, to: &output)
    }

    private mutating func insert(_ credentials: Credentials, scope: CredentialScope) {
        var key = SigningKey.derive(credentials.secretAccessKey, scope: scope)
        defer { Digest.cleanse(&key) }
        derivations += 1
        if entries.count == Self.capacity { entries.removeFirst() }
        entries.append(
            Entry(
                accessKeyID: credentials.accessKeyID,
                secret: credentials.secretAccessKey,
                scope: scope,
                hash: KeyedHash(key: key)
            )
        )
    }
}
