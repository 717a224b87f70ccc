import CognitoSync
import DequeModule

/// Short remarks about datasets of which nothing need be cached, bounded in number; the oldest goes first.
struct DatasetNotes<Note: Sendable>: Sendable {
    /// The maximum number of notes.
    static var most: Int { 256 }

    private var notes: [DatasetScope: Note] = [:]
    private var order: Deque<DatasetScope> = []

    subscript(scope: DatasetScope) -> Note? { notes.isEmpty ? nil : notes[scope] }

    mutating func set(_ note: Note, for scope: DatasetScope) {
        if notes.updateValue(note, forKey: scope) != nil { return }
        order.append(scope)
        if order.count > Self.most { notes[order.removeFirst()] = nil }
    }

    mutating func remove(_ scope: DatasetScope) {
        guard !notes.isEmpty, notes.removeValue(forKey: scope) != nil else { return }
        order.removeAll { $0 == scope }
    }

    mutating func removeAll(where isUnwanted: (DatasetScope) -> Bool) {
        order.removeAll(where: isUnwanted)
        notes = notes.filter { !isUnwanted($0.key) }
    }
}

/// A listing that takes too many upstream requests to be cached.
struct LongListing: Sendable {
    /// The nanoseconds for which reads of it are forwarded.
    static let lifetime: Int64 = 60_000_000_000

    /// The count from which it was asked; 0 for all records.
    let since: Int64
    let until: Instant
}

/// A count that the service did not know, and the message with which it said so.
package struct UnknownCount: Sendable, Equatable {
    package let count: Int64
    package let message: String

    package init(count: Int64, message: String) {
        self.count = count
        self.message = message
    }

    /// The count below, and the message that the service would send for it; nil where the message does not name the
    /// count.
    var below: Self? {
        guard count > 0, let range = message.firstRange(of: String(count)) else { return nil }
        var text = message
        text.replaceSubrange(range, with: String(count - 1))
        return Self(count: count - 1, message: text)
    }
}
