/// The key of a record, compared byte by byte: two spellings of one accented letter are two keys.
///
/// Swift compares strings by canonical equivalence; a key-value store does not.
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

/// A record of a dataset: a key with its value, or the tombstone of a removed record.
package struct Record: Sendable {
    package let key: RecordKey
    /// The value, or nil in a tombstone.
    package var value: String?
    /// The count of the dataset at the last write that changed this record.
    package var syncCount: Int64
    package var lastModified: Timestamp
    package var lastModifiedBy: String
    package var deviceLastModified: Timestamp?

    /// The UTF-8 bytes of key and value, as the service counts them; a tombstone counts its key only.
    var size: Int64 { Int64(key.text.utf8.count) + Int64(value?.utf8.count ?? 0) }

    func hasValue(_ other: String?) -> Bool {
        switch (value, other) {
        case (nil, nil): true
        case let (mine?, other?): mine.utf8.elementsEqual(other.utf8)
        default: false
        }
    }
}

/// A change of one key by a write.
package struct Patch: Sendable {
    package var key: RecordKey
    /// The new value, or nil to remove the record.
    package var value: String?
    /// The count that the writer knew last, or nil for a write without a check, by a control request.
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
