package import CognitoSync

/// Builds the one serialised form of a key, of cache and buckets alike.
///
/// Every field of variable length is preceded by its length (four bytes, big-endian) and every optional field
/// by a byte that says whether it is there, so two keys that differ never have the same bytes: `a:b` + `c` is
/// not `a` + `b:c`. The first byte says what kind of key it is. An external store may hold these bytes;
/// changing the form of a kind takes a new kind.
struct KeyBytes {
    enum Kind: UInt8 {
        case identity = 1
        case dataset = 2
        case page = 3
        case everyone = 4
        case caller = 5
        case address = 6
        case read = 7
    }

    private(set) var bytes: [UInt8]

    init(_ kind: Kind) { bytes = [kind.rawValue] }

    mutating func append(_ text: String) { append(Array(text.utf8)) }

    mutating func append(_ field: [UInt8]) {
        append(bigEndian: UInt32(clamping: field.count))
        bytes += field
    }

    mutating func append(_ field: [UInt8]?) {
        bytes.append(field == nil ? 0 : 1)
        if let field { append(field) }
    }

    mutating func append(_ number: Int64?) {
        bytes.append(number == nil ? 0 : 1)
        if let number { append(bigEndian: UInt64(bitPattern: number)) }
    }

    mutating func append(_ owner: IdentityScope) {
        append(owner.pool.text)
        append(owner.identity.text)
    }

    mutating func append(_ scope: DatasetScope) {
        append(scope.owner)
        append(scope.dataset.text)
    }

    private mutating func append(bigEndian number: some FixedWidthInteger) {
        for shift in stride(from: number.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }
}

extension IdentityScope {
    /// The scope as bytes for an external store.
    package var serialised: [UInt8] {
        var key = KeyBytes(.identity)
        key.append(self)
        return key.bytes
    }

    /// Which of `count` shards holds everything of this identity.
    ///
    /// By identity, not by page, so that DeleteDataset finds all that it voids in one shard under one lock.
    package func shard(among count: Int) -> Int {
        Int(UInt(bitPattern: hashValue) % UInt(max(1, count)))
    }
}

extension DatasetScope {
    /// The scope as bytes for an external store.
    package var serialised: [UInt8] {
        var key = KeyBytes(.dataset)
        key.append(self)
        return key.bytes
    }
}
