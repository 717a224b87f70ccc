/// A record's key, compared byte by byte: two spellings of one accented letter are two keys.
///
/// Swift compares strings by canonical equivalence, which a key-value store does not.
package struct RecordKey: Sendable, Hashable, Comparable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    package static func < (left: Self, right: Self) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine([UInt8](text.utf8))
    }
}

/// One key of a dataset with its value, or what is left of it after it was removed.
package struct Record: Sendable {
    package let key: RecordKey
    /// Nil in a tombstone.
    package var value: String?
    /// The dataset's count at the write that changed this record last.
    package var syncCount: Int64
    package var lastModified: Timestamp
    package var lastModifiedBy: String
    package var deviceLastModified: Timestamp?

    /// UTF-8 bytes of key and value, as the service counts them; a tombstone is its key alone.
    var size: Int64 { Int64(key.text.utf8.count) + Int64(value?.utf8.count ?? 0) }

    func hasValue(_ other: String?) -> Bool {
        switch (value, other) {
        case (nil, nil): true
        case let (mine?, other?): mine.utf8.elementsEqual(other.utf8)
        default: false
        }
    }
}

/// What a write wants of one key.
package struct Patch: Sendable {
    package var key: RecordKey
    /// Nil removes.
    package var value: String?
    /// The count that the writer knew last; nil for a writer who does not ask (the control endpoint's).
    package var syncCount: Int64?
    package var deviceLastModified: Timestamp?

    package init(
        key: String,
        value: String?,
        syncCount: Int64?,
        deviceLastModified: Timestamp? = nil
    ) {
        self.key = RecordKey(key)
        self.value = value
        self.syncCount = syncCount
        self.deviceLastModified = deviceLastModified
    }
}
