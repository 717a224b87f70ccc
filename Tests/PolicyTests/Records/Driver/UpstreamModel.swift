import Policy

/// A dataset of an upstream whose reads and writes take effect at one moment each.
///
/// Holds every state that the dataset ever had. The number of a state is its place in that history: the true order,
/// which sync counts only hint at.
struct UpstreamModel {
    struct State {
        let number: Int
        let syncCount: Int64
        let exists: Bool
        /// In the order of their keys, tombstones too.
        let records: [SampleRecord]
        /// The count at which the dataset was last deleted, as far as upstream remembers; 0 for none.
        let buried: Int64
        /// The time of its creation by upstream's clock; never twice the same.
        let created: Int64
        let author: String?
        var endedAt: Instant?
    }

    /// The counting of a dataset that is remade.
    enum Counting: CaseIterable {
        /// From 1, and upstream forgets that there was another.
        case restarts
        case continues
    }

    private struct PageRequest: Hashable {
        let number: Int
        let since: Int64
        let maxResults: Int64?
        let start: Int
    }

    private(set) var history: [State]
    private(set) var clock: Int64 = 0
    private let counting: Counting
    private let listsTombstones: Bool
    private var pages: [PageRequest: [UInt8]] = [:]

    init(counting: Counting, listsTombstones: Bool) {
        self.counting = counting
        self.listsTombstones = listsTombstones
        history = [
            State(number: 0, syncCount: 0, exists: false, records: [], buried: 0, created: 0, author: nil)
        ]
    }

    var present: State { history[history.count - 1] }

    /// Replaces records, or removes them where there is no value, and returns them as they are then.
    mutating func write(_ patches: [(key: String, value: String?)], now: Instant) -> [SampleRecord] {
        clock += 1
        let old = present
        let count = (old.exists || counting == .continues ? max(old.syncCount, old.buried) : 0) + 1
        let author = "w\(history.count)"
        let changed = patches.map {
            SampleRecord(key: $0.key, value: $0.value, count: count, author: author, date: clock)
        }
        var records = old.records.filter { record in !patches.contains { $0.key == record.key } } + changed
        records.sort { $0.key < $1.key }
        become(
            State(
                number: history.count,
                syncCount: count,
                exists: true,
                records: records,
                buried: old.exists || counting == .continues ? old.buried : 0,
                created: old.exists ? old.created : clock,
                author: author
            ),
            now: now
        )
        return changed
    }

    mutating func delete(now: Instant) {
        clock += 1
        guard present.exists else { return }
        become(
            State(
                number: history.count,
                syncCount: 0,
                exists: false,
                records: [],
                buried: present.syncCount,
                created: 0,
                author: nil
            ),
            now: now
        )
    }

    private mutating func become(_ state: State, now: Instant) {
        history[history.count - 1].endedAt = now
        history.append(state)
    }

    /// Returns the response to ListRecords now; nil for a count that the dataset has not reached.
    func listing(since: Int64) -> ListingBuilder? {
        let state = present
        guard !state.exists || since <= state.syncCount else { return nil }
        var listing = ListingBuilder(matching(state, since: since), count: state.syncCount)
        listing.exists = state.exists
        listing.author = state.author
        listing.wasDeleted = since > 0 && since <= state.buried
        return listing
    }

    private func matching(_ state: State, since: Int64) -> [SampleRecord] {
        state.records.filter {
            since == 0 ? $0.value != nil || listsTombstones : $0.count > since
        }
    }

    /// Returns the page that upstream would have shown in a state; nil if it would have shown something else.
    ///
    /// The text of a token is the number of records before the page that it leads to.
    mutating func page(of number: Int, for key: PageKey) -> [UInt8]? {
        let state = history[number]
        let (since, start) = (key.since, key.cursor?.index ?? 0)
        let isPlain = since == 0 || state.exists && since > state.buried && since <= state.syncCount
        guard isPlain else { return nil }
        let request = PageRequest(number: number, since: since, maxResults: key.maxResults, start: start)
        if let known = pages[request] { return known }
        let rest = matching(state, since: since).dropFirst(start)
        let records = Array(rest.prefix(key.maxResults.map { Int($0) } ?? .max))
        let text = PolicyTests.page(
            of: records,
            count: state.syncCount,
            exists: state.exists,
            author: state.author,
            nextToken: records.count < rest.count ? String(start + records.count) : nil
        )
        pages[request] = Array(text.utf8)
        return pages[request]
    }
}
