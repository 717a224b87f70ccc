import CognitoSync

/// The changes of all datasets in their order, with which a test compares responses afterwards.
///
/// It exists only once a test began it, since it is not bounded. It does not contain merges of identities.
struct Journal: Sendable {
    enum Change: Sendable {
        /// The changed records after the write.
        case write([Record])
        case deletion
    }

    struct Entry: Sendable {
        let time: Timestamp
        let scope: DatasetScope
        let change: Change
        /// The count of the dataset after the write, or at its deletion.
        let syncCount: Int64
    }

    private(set) var entries: [Entry] = []

    mutating func record(_ change: Change, of scope: DatasetScope, syncCount: Int64, at now: Timestamp) {
        entries.append(Entry(time: now, scope: scope, change: change, syncCount: syncCount))
    }

    var json: JSONValue { .object([("Entries", .array(entries.map(\.json)))]) }
}

extension Journal.Entry {
    fileprivate var json: JSONValue {
        let records: JSONValue =
            switch change {
            case .write(let records): .array(records.map(JSONValue.record))
            case .deletion: .null
            }
        return .object([
            ("DatasetName", .string(scope.dataset.text)),
            ("IdentityId", .string(scope.owner.identity.text)),
            ("Records", records),
            ("SyncCount", .integer(syncCount)),
            ("Time", .date(time)),
        ])
    }
}
