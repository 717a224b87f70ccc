/// The derived keys of late, so that a request costs one HMAC instead of five.
///
/// A handful at most: an access key and its successor, on either side of midnight, in one region and service or
/// a few. The one used longest ago makes room. A linear scan is the fastest table of this size.
struct SigningKeyring {
    private struct Entry {
        var accessKeyID: String
        /// Compared too: a secret may be put right without its key id changing.
        var secret: Secret
        var scope: CredentialScope
        var hash: KeyedHash
    }

    static let capacity = 8

    /// The one used last stands last.
    private var entries: [Entry] = []

    /// How often a key was derived: for the proof that it is seldom.
    private(set) var derivations = 0

    var count: Int { entries.count }

    /// The signature of the string under the key of these credentials and this scope.
    mutating func sign(_ string: StringToSign, credentials: Credentials, scope: CredentialScope) -> [UInt8] {
        let index = entries.lastIndex {
            $0.scope == scope && $0.accessKeyID == credentials.accessKeyID
                && $0.secret == credentials.secretAccessKey
        }
        if let index {
            if index != entries.endIndex - 1 { entries.append(entries.remove(at: index)) }
        } else {
            insert(credentials, scope: scope)
        }
        return entries[entries.endIndex - 1].hash.hash(string.bytes)
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
