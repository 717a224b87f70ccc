package import CognitoSync
import Messages

/// The builder of the one serialised form of a key, of cache and buckets alike.
///
/// Each field of variable length follows its length (four bytes, big-endian). Each optional field follows a byte that
/// shows whether it is there. So two keys that differ never have the same bytes: `a:b` + `c` is not `a` + `b:c`. The
/// first byte is the kind of the key. An external store may hold these bytes: another form of a kind takes a new kind.
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
        BigEndian.append(UInt32(clamping: field.count), to: &bytes)
        bytes += field
    }

    mutating func append(_ field: [UInt8]?) {
        bytes.append(field == nil ? 0 : 1)
        if let field { append(field) }
    }

    mutating func append(_ number: Int64?) {
        bytes.append(number == nil ? 0 : 1)
        if let number { BigEndian.append(number, to: &bytes) }
    }

    mutating func append(_ owner: IdentityScope) {
        append(owner.pool.text)
        append(owner.identity.text)
    }

    mutating func append(_ scope: DatasetScope) {
        append(scope.owner)
        append(scope.dataset.text)
    }
}

extension IdentityScope {
    /// The scope as bytes for an external store.
    package var serialised: [UInt8] {
        var key = KeyBytes(.identity)
        key.append(self)
        return key.bytes
    }

    /// Returns the index of the shard, of `count`, that holds everything of this identity.
    ///
    /// By identity, not by page: DeleteDataset finds all that it invalidates in one shard under one lock.
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
