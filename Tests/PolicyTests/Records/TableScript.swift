import CognitoSync
import Policy
import Testing

/// A table in a single history, each of whose events takes one line.
struct TableScript {
    struct NotLed: Error {}
    struct NotStored: Error {}

    var table: RecordsTable<String, Int>
    /// The number of shared fetches that were sent; each is known by its number.
    private(set) var fetches = 0

    init(bytes: Int = 1 << 20, _ change: (inout RecordsLimits) -> Void = { _ in }) {
        var limits = RecordsLimits(bytes: bytes)
        change(&limits)
        table = RecordsTable(limits: limits)
    }

    /// Sends a read, and returns what became of it.
    ///
    /// - Returns: One of `hit PAGE`, `derive COUNT`, `stale COUNT`, `stale COUNT and lead`, `wait FETCH`,
    ///   `queue`, `fetch SINCE`, `revalidate COUNT`, `pass`, `refuse COUNT`, `gone`.
    mutating func ask(
        _ key: PageKey,
        revalidate: Bool = false,
        turn: ConfirmationTurn? = nil,
        at time: Int64 = 0
    ) -> String {
        switch look(key, revalidate: revalidate, turn: turn, at: time) {
        case .hit(let page): "hit \(page.page)"
        case .derive(let state): "derive \(state.snapshot.syncCount)"
        case .stale(let state, let lead):
            "stale \(state.snapshot.syncCount)" + (lead == nil ? "" : " and lead")
        case .wait(let fetch, _): "wait \(fetch)"
        case .queue: "queue"
        case .lead(let token, _):
            switch token.plan {
            case .list(let since): "fetch \(since)"
            case .revalidate(let base): "revalidate \(base.syncCount)"
            }
        case .pass: "pass"
        case .refuse(let unknown): "refuse \(unknown.count)"
        case .gone: "gone"
        }
    }

    mutating func look(
        _ key: PageKey,
        revalidate: Bool = false,
        turn: ConfirmationTurn? = nil,
        at time: Int64 = 0
    ) -> RecordsLookup<String, Int> {
        let next = fetches + 1
        let lookup = table.lookUp(
            key,
            revalidate: revalidate,
            turn: turn,
            now: .milliseconds(time),
            fetch: { next }
        )
        switch lookup {
        case .lead, .stale(_, .some): fetches += 1
        default: break
        }
        return lookup
    }

    mutating func lead(_ key: PageKey, revalidate: Bool = false, at time: Int64 = 0) throws -> FetchToken {
        guard case .lead(let token, _) = look(key, revalidate: revalidate, at: time) else { throw NotLed() }
        return token
    }

    @discardableResult
    mutating func complete(
        _ token: FetchToken,
        _ listing: ListingBuilder,
        _ incarnation: IncarnationCheck = .notChecked,
        date: Int64? = nil,
        at time: Int64 = 0
    ) throws -> FetchResult {
        let seen = try listing.seen(since: token.plan.since)
        return table.complete(token, with: .seen(seen, at: date, incarnation), now: .milliseconds(time))
    }

    /// Reads by a fetch that completes at once.
    @discardableResult
    mutating func fill(
        _ key: PageKey,
        _ listing: ListingBuilder,
        _ incarnation: IncarnationCheck = .notChecked,
        revalidate: Bool = false,
        at time: Int64 = 0
    ) throws -> FetchResult {
        try complete(try lead(key, revalidate: revalidate, at: time), listing, incarnation, at: time)
    }

    mutating func write(_ outcome: WriteOutcome, to scope: DatasetScope, at time: Int64 = 0) {
        let token = table.writeStarted(scope)
        table.writeEnded(token, outcome: outcome, now: .milliseconds(time))
    }

    mutating func writeStarted(_ scope: DatasetScope) -> WriteToken { table.writeStarted(scope) }

    mutating func writeEnded(_ token: WriteToken, _ outcome: WriteOutcome, at time: Int64 = 0) {
        table.writeEnded(token, outcome: outcome, now: .milliseconds(time))
    }

    /// Reads past the cache; the response comes at once.
    mutating func bypass(_ listing: ListingBuilder, of scope: DatasetScope) throws {
        let token = table.readStarted(scope)
        table.learn(try listing.seen(), by: token)
    }

    mutating func stream(_ change: RecordChange?, of scope: DatasetScope) -> StreamOutcome {
        table.streamed(change, of: scope, now: .milliseconds(0))
    }

    /// Offers the table a page of the cached state; nil if it does not cache it.
    mutating func offer(
        _ key: PageKey,
        _ page: String = "page",
        cost: Int = 0,
        goodUntil: Instant = Instant(nanoseconds: .max)
    ) -> PageLease? {
        guard case .derive(let state) = look(key) else { return nil }
        return table.keep(page, for: key, of: state.snapshot, cost: cost, goodUntil: goodUntil)
    }

    @discardableResult
    mutating func keep(
        _ key: PageKey,
        _ page: String = "page",
        goodUntil: Instant = Instant(nanoseconds: .max)
    ) throws -> PageLease {
        guard let lease = offer(key, page, goodUntil: goodUntil) else { throw NotStored() }
        return lease
    }

    /// Returns the page that is derived now; nil if the read becomes anything else.
    mutating func read(_ key: PageKey, at time: Int64 = 0) -> String? {
        guard case .derive(let state) = look(key, at: time) else { return nil }
        return text(state, key)
    }

    func text(_ state: CachedState?, _ key: PageKey) -> String? {
        state?.snapshot.render(key, sessionToken: nil, nextToken: { String($0.index) })
            .map { String(decoding: $0.body, as: UTF8.self) }
    }
}
