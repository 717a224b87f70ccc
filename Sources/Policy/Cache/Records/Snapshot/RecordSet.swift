package import CognitoSync
import Messages

/// Records in the order of their keys, each as its JSON was received.
///
/// The order is that of the UTF-8 bytes of the keys, escapes undone. Each record costs its bytes and 32 more.
package struct RecordSet: Sendable {
    struct Entry: Sendable {
        let syncCount: Int64
        let start: UInt32
        let length: UInt32
        /// The offset of the key's literal, without quotation marks, from the start of the record.
        let keyOffset: UInt32
        let keyLength: UInt32
        let isKeyEscaped: Bool
        let hasValue: Bool

        var range: Range<Int> { Int(start)..<Int(start) + Int(length) }
        var key: Range<Int> { Int(start) + Int(keyOffset)..<Int(start) + Int(keyOffset) + Int(keyLength) }
    }

    /// The bytes of the records, and perhaps those between them.
    private(set) var bytes: [UInt8] = []
    private(set) var entries: [Entry] = []

    init() {}

    /// Creates the set of a response's records, whose body stays in memory; nil if two have the same key.
    package init?(_ records: [RecordRange], of body: [UInt8]) {
        guard let size = UInt32(exactly: body.count), records.allSatisfy({ $0.range.upperBound <= size })
        else {
            return nil
        }
        bytes = body
        entries = records.map { Entry($0, at: $0.range.lowerBound) }
        var isSorted = true
        for index in entries.indices.dropFirst() {
            isSorted = isSorted && Self.compare(entries[index - 1], in: body, entries[index], in: body) < 0
        }
        if isSorted { return }
        entries.sort { Self.compare($0, in: body, $1, in: body) < 0 }
        for index in entries.indices.dropFirst()
        where Self.compare(entries[index - 1], in: body, entries[index], in: body) == 0 {
            return nil
        }
    }

    /// The bytes that it takes in memory.
    var cost: Int { bytes.count + entries.count * MemoryLayout<Entry>.stride }

    /// Returns these records, changed by others; nil for more bytes than 32 bits can count.
    ///
    /// Of two records with the same key the one with the higher count stays; of equal counts, the change.
    func merging(_ changes: Self) -> Self? {
        // With a comma between any two.
        let most = bytes.count + changes.bytes.count + entries.count + changes.entries.count
        guard most <= Int(UInt32.max) else { return nil }
        if entries.isEmpty { return changes }
        var merged = Self()
        merged.bytes.reserveCapacity(bytes.count + changes.bytes.count)
        merged.entries.reserveCapacity(entries.count + changes.entries.count)
        var run = 0..<0
        _ = forEachPair(with: changes) { mine, change in
            if let change, mine.map({ $0.syncCount <= change.syncCount }) ?? true {
                merged.append(run, of: bytes)
                run = 0..<0
                merged.entries.append(Entry(change, at: merged.nextStart))
                merged.append(change.range, of: changes.bytes)
            } else if let mine {
                // Records side by side are copied together.
                if !isAdjacent(mine, to: run) {
                    merged.append(run, of: bytes)
                    run = mine.range.lowerBound..<mine.range.lowerBound
                }
                let start =
                    merged.nextStart + UInt32(truncatingIfNeeded: mine.range.lowerBound - run.lowerBound)
                merged.entries.append(Entry(mine, at: start))
                run = run.lowerBound..<mine.range.upperBound
            }
            return true
        }
        merged.append(run, of: bytes)
        return merged
    }

    /// The place of the next run in the bytes.
    private var nextStart: UInt32 { UInt32(truncatingIfNeeded: bytes.isEmpty ? 0 : bytes.count + 1) }

    /// Appends a run of records of another set, behind a comma; nothing for an empty run.
    private mutating func append(_ run: Range<Int>, of source: [UInt8]) {
        if run.isEmpty { return }
        if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
        bytes.append(contentsOf: source[run])
    }

    /// Returns whether a record follows a run of records, with a comma between and nothing else.
    @inline(__always)
    func isAdjacent(_ entry: Entry, to run: Range<Int>) -> Bool {
        !run.isEmpty && entry.range.lowerBound == run.upperBound + 1
            && bytes[run.upperBound] == UInt8(ascii: ",")
    }

    /// Calls `body` for each key of either set, with the entries of both, until it returns false.
    ///
    /// - Returns: Whether it never did.
    @inline(__always)
    func forEachPair(with others: Self, _ body: (Entry?, Entry?) -> Bool) -> Bool {
        var (mine, theirs) = (0, 0)
        while mine < entries.count || theirs < others.entries.count {
            let order =
                mine == entries.count
                ? 1
                : theirs == others.entries.count
                    ? -1 : Self.compare(entries[mine], in: bytes, others.entries[theirs], in: others.bytes)
            guard body(order <= 0 ? entries[mine] : nil, order >= 0 ? others.entries[theirs] : nil) else {
                return false
            }
            if order <= 0 { mine += 1 }
            if order >= 0 { theirs += 1 }
        }
        return true
    }

    func hasSameBytes(_ entry: Entry, as other: Entry, of others: Self) -> Bool {
        entry.length == other.length && bytes[entry.range] == others.bytes[other.range]
    }

    /// Returns whether two records were last changed at the same time, by the numbers.
    func hasSameDate(_ entry: Entry, as other: Entry, of others: Self) -> Bool {
        guard let date = date(of: entry), let otherDate = others.date(of: other) else { return false }
        return abs(date - otherDate) < 0.000_5
    }

    /// The LastModifiedDate of a record in seconds since 1970; nil if it has none.
    func date(of entry: Entry) -> Double? { RecordRange.lastModifiedDate(of: entry.range, in: bytes) }

    /// The greatest LastModifiedDate of the records with the greatest count; nil if there are none, or one has no date.
    ///
    /// Inside one incarnation no record is newer. At most 16 of them are read.
    var newestDate: Double? {
        guard let count = entries.lazy.map(\.syncCount).max() else { return nil }
        var newest: Double?
        for entry in entries.lazy.filter({ $0.syncCount == count }).prefix(16) {
            guard let date = date(of: entry) else { return nil }
            newest = max(newest ?? date, date)
        }
        return newest
    }

    /// Compares the bytes of two keys: below 0, 0, or above 0.
    private static func compare(
        _ left: Entry,
        in leftBytes: [UInt8],
        _ right: Entry,
        in rightBytes: [UInt8]
    ) -> Int {
        if left.isKeyEscaped || right.isKeyEscaped {
            let (one, other) = (JSONUnescaped(leftBytes, left.key), JSONUnescaped(rightBytes, right.key))
            return one.elementsEqual(other) ? 0 : one.lexicographicallyPrecedes(other) ? -1 : 1
        }
        let (one, other) = (leftBytes.span.extracting(left.key), rightBytes.span.extracting(right.key))
        let common = min(one.count, other.count)
        var index = 0
        while common - index >= 8 {
            let (word, otherWord) = (one.word(at: index), other.word(at: index))
            // The first byte is lowest in both, and has to be the highest for the comparison.
            if word != otherWord { return word.byteSwapped < otherWord.byteSwapped ? -1 : 1 }
            index += 8
        }
        while index < common {
            if one[index] != other[index] { return one[index] < other[index] ? -1 : 1 }
            index += 1
        }
        return one.count - other.count
    }
}

extension RecordSet.Entry {
    init(_ record: RecordRange, at start: Int) {
        self.init(
            syncCount: record.syncCount,
            start: UInt32(truncatingIfNeeded: start),
            length: UInt32(truncatingIfNeeded: record.range.count),
            keyOffset: UInt32(truncatingIfNeeded: record.key.content.lowerBound - record.range.lowerBound),
            keyLength: UInt32(truncatingIfNeeded: record.key.content.count),
            isKeyEscaped: record.key.isEscaped,
            hasValue: record.hasValue
        )
    }

    init(_ entry: Self, at start: UInt32) {
        self.init(
            syncCount: entry.syncCount,
            start: start,
            length: entry.length,
            keyOffset: entry.keyOffset,
            keyLength: entry.keyLength,
            isKeyEscaped: entry.isKeyEscaped,
            hasValue: entry.hasValue
        )
    }
}
