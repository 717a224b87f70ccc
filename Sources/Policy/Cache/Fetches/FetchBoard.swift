import DequeModule

/// The fetches in flight of one table: which a read may join, and which never came back.
///
/// A target is the handle under which the table knows what is fetched; it stays in use while a fetch for it is in
/// flight. A fetch is in one of three states:
/// - Open: a read may join it, if the table's own rule says that its response is one for that read.
/// - Closed, since something was learned of the target after it was sent (`close`). Those who wait for it asked before
///   that, and still get its response. No later read joins it, and its lease has ended.
/// - Overdue: it has not come back within the limit. No read joins it, and `abandonOverdue` removes it.
///
/// `Question` is what a fetch asks about its target.
struct FetchBoard<Fetch: Sendable, Question: Sendable>: Sendable {
    struct Pending: Sendable {
        let fetch: Fetch
        let question: Question
        let lease: FetchLease
        /// Whether a read asked for it that wants a confirmed response.
        fileprivate let isConfirmation: Bool
        fileprivate let stamp: Stamp
        fileprivate let start: Instant
        /// Whether its response may go to other readers at all.
        fileprivate let isShared: Bool
        fileprivate var isOpen = true
    }

    /// The fetches of each target, oldest first.
    private var pending: [[Pending]] = []
    /// All fetches in the order in which they were sent, to find those that never came back.
    private var sent: Deque<(start: Instant, stamp: Stamp, target: Int)> = []
    /// The number of fetches in flight.
    private(set) var count = 0
    /// The number of fetches that were abandoned.
    private(set) var lost = 0

    func isEmpty(_ target: Int) -> Bool { target >= pending.count || pending[target].isEmpty }

    subscript(_ position: FetchPosition) -> Pending { pending[position.target][position.index] }

    /// Returns the newest fetch of a target that a read may join now and whose question the rule accepts.
    ///
    /// With `moment`, which is when the read came, one that was sent after it. That one may be closed: the read asked
    /// before what closed it.
    func joinable(
        _ target: Int,
        after moment: Stamp? = nil,
        now: Instant,
        limit: Int64,
        where isResponse: (Question) -> Bool
    ) -> FetchPosition? {
        guard !isEmpty(target) else { return nil }
        let index = pending[target].lastIndex { fetch in
            (moment.map { fetch.isShared && fetch.stamp > $0 } ?? fetch.isOpen)
                && now.nanoseconds(since: fetch.start) < limit && isResponse(fetch.question)
        }
        return index.map { FetchPosition(target: target, index: $0) }
    }

    /// Returns whether as many confirmations of a target are on the wire as may be at once.
    func hasMostConfirmations(_ target: Int, now: Instant, limit: Int64) -> Bool {
        guard !isEmpty(target), pending[target].count >= ConfirmationTurn.mostAtOnce else { return false }
        let count = pending[target].count { $0.isConfirmation && now.nanoseconds(since: $0.start) < limit }
        return count >= ConfirmationTurn.mostAtOnce
    }

    /// Adds a fetch that is about to be sent; one that is not open is joined by no read.
    ///
    /// - Returns: The right to join it without the table.
    mutating func send(
        _ fetch: Fetch,
        for target: Int,
        asking question: Question,
        stamp: Stamp,
        isOpen: Bool = true,
        isConfirmation: Bool = false,
        now: Instant,
        limit: Int64
    ) -> FetchLease {
        while pending.count <= target { pending.append([]) }
        let lease = FetchLease(start: now, limit: limit)
        if !isOpen { lease.end() }
        var fetch = Pending(
            fetch: fetch,
            question: question,
            lease: lease,
            isConfirmation: isConfirmation,
            stamp: stamp,
            start: now,
            isShared: isOpen
        )
        fetch.isOpen = isOpen
        pending[target].append(fetch)
        sent.append((start: now, stamp: stamp, target: target))
        count += 1
        return lease
    }

    /// Keeps later reads from joining the fetches of a target that are in flight now.
    mutating func close(_ target: Int) {
        guard !isEmpty(target) else { return }
        for index in pending[target].indices {
            pending[target][index].isOpen = false
            pending[target][index].lease.end()
        }
    }

    /// Removes a fetch that came back, unless it was abandoned or removed before.
    mutating func complete(_ stamp: Stamp, of target: Int) {
        if let index = index(of: stamp, target) { remove(at: index, of: target) }
    }

    /// Removes the oldest overdue fetch and returns its target; nil if there is none.
    ///
    /// Looks at the oldest fetches until one may still come back: once or twice at each in all.
    mutating func abandonOverdue(now: Instant, limit: Int64) -> Int? {
        while let oldest = sent.first {
            guard let index = index(of: oldest.stamp, oldest.target) else {
                sent.removeFirst()
                continue
            }
            guard now.nanoseconds(since: oldest.start) >= limit else { return nil }
            sent.removeFirst()
            remove(at: index, of: oldest.target)
            lost += 1
            return oldest.target
        }
        return nil
    }

    private func index(of stamp: Stamp, _ target: Int) -> Int? {
        isEmpty(target) ? nil : pending[target].firstIndex { $0.stamp == stamp }
    }

    private mutating func remove(at index: Int, of target: Int) {
        pending[target].remove(at: index).lease.end()
        count -= 1
    }
}

/// The place of a fetch on a board, good until the board changes.
struct FetchPosition: Sendable {
    fileprivate let target: Int
    fileprivate let index: Int
}
