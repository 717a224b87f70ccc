import Policy

/// One dataset at an origin whose reads and writes take effect at one moment each.
///
/// Keeps every state that the dataset ever had. A state's number is its place in that history: the truth
/// about what is older, which sync counts only hint at.
struct UpstreamModel {
    struct State {
        let number: Int
        let syncCount: Int64
        let exists: Bool
        /// In the order of their keys, tombstones too.
        let records: [SampleRecord]
        /// The count at which the dataset was last deleted, as far as the origin remembers; 0 for none.
        let buried: Int64
        /// When it was made, by the origin's clock; never twice the same.
        let created: Int64
        let author: String?
        var endedAt: Instant?
    }

    /// How the origin counts when a dataset is made anew.
    enum Counting: CaseIterable {
        /// From 1, and the origin forgets that there was another.
        case restarts
        case continues
    }

    private struct Question: Hashable {
        let number: Int
        let since: Int64
        let maxResults: Int64?
        let start: Int
    }

    private(set) var history: [State]
    private(set) var clock: Int64 = 0
    private let counting: Counting
    private let listsTombstones: Bool
    private var pages: [Question: [UInt8]] = [:]

    init(counting: Counting, listsTombstones: Bool) {
        self.counting = counting
        self.listsTombstones = listsTombstones
        history = [
            State(number: 0, syncCount: 0, exists: false, records: [], buried: 0, created: 0, author: nil)
        ]
    }

    var present: State { history[history.count - 1] }

    /// Replaces, or removes where there is no value, and gives the records as they are then.
    mutating func write(_ patches: [(key: String, value: String?)], now: Instant) -> [SampleRecord] {
        clock += 1
        let old = present
        let count = (old.exists || counting == .continues ? max(old.syncCount, old.buried) : 0) + 1
        let author = "w\(history.count)"
        let changed = patches.map { SampleRecord(key: $0.key, value: $0.value, count: count, author: author) }
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

    /// What ListRecords answers now; nil for a count that the dataset has not reached.
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

    /// The page that an origin of this state would have given; nil if it would have said something else.
    ///
    /// A token's text is the number of records before the page that it leads to.
    mutating func page(of number: Int, for key: PageKey) -> [UInt8]? {
        let state = history[number]
        let (since, start) = (key.since, key.cursor?.index ?? 0)
        let isPlain = since == 0 || state.exists && since > state.buried && since <= state.syncCount
        guard isPlain else { return nil }
        let question = Question(number: number, since: since, maxResults: key.maxResults, start: start)
        if let known = pages[question] { return known }
        let rest = matching(state, since: since).dropFirst(start)
        let records = Array(rest.prefix(key.maxResults.map { Int($0) } ?? .max))
        let text = PolicyTests.page(
            of: records,
            count: state.syncCount,
            exists: state.exists,
            author: state.author,
            nextToken: records.count < rest.count ? String(start + records.count) : nil
        )
        pages[question] = Array(text.utf8)
        return pages[question]
    }
}
