import CognitoSync

/// All that changed datasets, in the order in which it did: what a test compares answers with afterwards.
///
/// Kept only while a test asks for it, since it is not bounded. A merge of identities is not in it.
struct Journal: Sendable {
    enum Change: Sendable {
        /// The records that were changed, as they are then.
        case write([Record])
        case deletion
    }

    struct Entry: Sendable {
        let time: Timestamp
        let scope: DatasetScope
        let change: Change
        /// The dataset's count: after a write, or when it was deleted.
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
