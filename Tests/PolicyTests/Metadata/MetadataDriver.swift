import CognitoSync
import Messages
import TestSupport

@testable import Policy

/// A random history of the metadata table; each response is compared with what upstream could have sent.
///
/// Each key has states of its own, numbered in the order in which they came. Fetches and writes take effect upstream at
/// some step between sending and completion, and complete in any order. The keys that a write changes are written down
/// here once more, not taken from the rule under test.
struct MetadataDriver {
    /// A step of the protocol that is left out or wrong, to show that this is noticed.
    enum Sabotage: CaseIterable {
        case endsDoNotInvalidate
        case fetchesForgetWhenTheyWereSent
        case errorsCountAsFailures
        case confirmationsJoinWhatWasSentBefore
    }

    struct Response {
        let key: Int
        let state: Int
    }

    private struct Reader {
        let key: Int
        /// The newest states that had been written, and read, when this read began.
        let written: Int
        let read: Int
        /// The least state that it may get if it asks for what upstream sends from now on; nil if it does not.
        var confirmed: Int?
        var turn: ConfirmationTurn?
    }

    private struct Fetch {
        let id: Int
        let token: MetadataFetchToken
        let start: Instant
        var readers: [Reader]
        var seen: Int?
        var isLost = false
    }

    private struct Write {
        let operation: Operation
        let changes: [Int]
        /// The numbers of the states that it made, once it has taken effect.
        var states: [Int]?
        /// Whether its caller gets the response that it worked.
        let hasResponse: Bool
    }

    static let lifetime = MetadataSamples.lifetime
    static let fetchLimit: Int64 = 15_000_000_000

    private let sabotage: Sabotage?
    private var random: SplitMix64
    private var now = Instant(nanoseconds: 0)
    private(set) var table: MetadataTable<Response, Int>
    private let keys: [MetadataKey]
    private let kinds: [(operation: Operation, changes: [Int])]
    /// The end of each state of each key; nil for the present one.
    private var history: [[Instant?]]
    private var written: [Int]
    private var read: [Int]
    private var fetches: [Fetch] = []
    private var writes: [Write] = []
    private var lastFetch = 0
    /// The readers that wait for their turn, with the signal of each.
    private var queued: [(signal: Int, reader: Reader)] = []
    private(set) var faults: [String] = []
    private(set) var hits = 0
    private(set) var joins = 0
    private(set) var confirmedInTurn = 0
    private(set) var stored = 0

    init(sabotage: Sabotage? = nil, seed: UInt64) throws {
        self.sabotage = sabotage
        random = SplitMix64(seed: seed)
        table = MetadataTable(limits: MetadataSamples.limits(bytes: 12 * 2048))
        let named = try MetadataSamples.keys()
        let names = named.keys.sorted()
        keys = names.compactMap { named[$0] }
        let all = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
        func positions(_ names: String...) -> [Int] { names.compactMap { all[$0] } }
        let totals = positions("pool", "pools", "ten pools")
        let counted = positions("datasets", "ten datasets", "identity") + totals
        let samples = try MetadataSamples.operations()
        kinds = samples.compactMap { operation in
            switch operation.name {
            case .updateRecords: (operation, counted + positions("dataset"))
            case .deleteDataset: (operation, counted + positions("dataset", "sibling"))
            case .setCognitoEvents: (operation, totals + positions("events"))
            case .setIdentityPoolConfiguration: (operation, totals + positions("configuration"))
            case .bulkPublish: (operation, positions("publish"))
            default: nil
            }
        }
        history = keys.map { _ in [nil] }
        written = keys.map { _ in 0 }
        read = written
    }

    mutating func run(steps: Int) {
        for _ in 0..<steps where faults.isEmpty {
            now = now.advanced(byNanoseconds: Int64(random.below(60_000_000)))
            step()
        }
    }

    private mutating func step() {
        if fetches.count > 12 { return random.chance(oneIn: 2) ? takeEffect() : complete() }
        switch random.below(100) {
        case 0..<50: lookUp()
        case 50..<68: takeEffect()
        case 68..<84: complete()
        case 84..<87: startWrite()
        case 87..<90: applyWrite()
        case 90..<93: endWrite()
        // Another writer bypasses the gateway.
        case 93: for key in kinds[random.below(kinds.count)].changes { change(key) }
        case 94: if !fetches.isEmpty { fetches[random.below(fetches.count)].isLost = true }
        case 95: if random.chance(oneIn: 5) { _ = table.purge(identity: try? owner(1).identity) }
        case 96: table.resize(MetadataSamples.limits(bytes: [4, 12, 32][random.below(3)] * 2048))
        default: now = now.advanced(byNanoseconds: Int64(random.below(500_000_000)))
        }
    }

    private mutating func change(_ key: Int) {
        history[key][history[key].count - 1] = now
        history[key].append(nil)
    }

    private mutating func lookUp() {
        let key = random.below(keys.count)
        var reader = Reader(key: key, written: written[key], read: read[key])
        if random.chance(oneIn: 12) {
            // They come in groups.
            reader.confirmed = history[key].count - 1
            if sabotage == .confirmationsJoinWhatWasSentBefore {
                reader.turn = ConfirmationTurn(asked: Stamp())
            }
            for _ in 0..<random.below(4) { ask(reader) }
        }
        ask(reader)
    }

    private mutating func ask(_ reader: Reader) {
        let key = reader.key
        lastFetch += 1
        let revalidate = reader.confirmed != nil
        let (turn, id) = (reader.turn, lastFetch)
        switch table.lookUp(keys[key], revalidate: revalidate, turn: turn, now: now, fetch: { id }) {
        case .hit(let cached):
            hits += 1
            if revalidate { confirmedInTurn += 1 }
            if revalidate, turn == nil { faults.append("a revalidation is a hit") }
            let state = cached.response.state
            if history[cached.response.key].indices.contains(state),
                let ended = history[cached.response.key][state],
                now.nanoseconds(since: ended) >= Self.lifetime
            {
                faults.append("too old")
            }
            deliver(cached.response, to: reader)
        case .wait(let id):
            joins += 1
            guard let fetch = fetches.firstIndex(where: { $0.id == id }) else {
                return faults.append("joined a fetch that is not in flight")
            }
            if revalidate { confirmedInTurn += 1 }
            if revalidate && turn == nil || now.nanoseconds(since: fetches[fetch].start) >= Self.fetchLimit {
                faults.append("joined a fetch too many")
            }
            fetches[fetch].readers.append(reader)
        case .queue(let signal, let turn):
            var reader = reader
            reader.turn = turn
            queued.append((signal, reader))
        case .lead(let token, let id):
            fetches.append(Fetch(id: id, token: token, start: now, readers: [reader]))
        }
    }

    private mutating func takeEffect() {
        let waiting = fetches.indices.filter { fetches[$0].seen == nil }
        guard let fetch = waiting.isEmpty ? nil : waiting[random.below(waiting.count)],
            let key = keys.firstIndex(of: fetches[fetch].token.key)
        else { return }
        fetches[fetch].seen = history[key].count - 1
    }

    private mutating func complete() {
        fetches.removeAll { $0.isLost && now.nanoseconds(since: $0.start) > 2 * Self.fetchLimit }
        let ready = fetches.indices.filter { fetches[$0].seen != nil && !fetches[$0].isLost }
        guard !ready.isEmpty else { return }
        let fetch = fetches.remove(at: ready[random.below(ready.count)])
        guard let state = fetch.seen, let key = keys.firstIndex(of: fetch.token.key) else { return }
        let response = Response(key: key, state: state)
        defer { wakeQueued(for: key) }
        if random.chance(oneIn: 12) {
            if table.complete(fetch.token, with: .failed, now: now) { faults.append("cached a failure") }
            return
        }
        // Every fourth state of a key is that it does not exist.
        let isError = state % 4 == 3
        var outcome: MetadataFetchOutcome<Response> =
            isError ? .error : .response(response, cost: random.below(1000))
        if isError, sabotage == .errorsCountAsFailures { outcome = .failed }
        if table.complete(resent(fetch.token), with: outcome, now: now) { stored += 1 }
        if table.statistics.bytes > table.limits.bytes { faults.append("more bytes than the limit") }
        for reader in fetch.readers { deliver(response, to: reader) }
    }

    /// Asks again for those who waited for their turn.
    private mutating func wakeQueued(for key: Int) {
        guard let signal = table.nextTurn(of: keys[key], now: now) else { return }
        let woken = queued.filter { $0.signal == signal }
        queued.removeAll { $0.signal == signal }
        for (_, reader) in woken { ask(reader) }
    }

    /// Returns the token as it was, or, for sabotage, one that claims that its fetch has only just been sent.
    private mutating func resent(_ token: MetadataFetchToken) -> MetadataFetchToken {
        guard sabotage == .fetchesForgetWhenTheyWereSent,
            case .lead(let late, _) = table.lookUp(token.key, revalidate: true, now: now, fetch: { 0 })
        else { return token }
        return late
    }

    private mutating func startWrite() {
        let kind = kinds[random.below(kinds.count)]
        for range in InvalidationRule.invalidated(by: kind.operation) {
            _ = table.invalidate(range, because: .write)
        }
        writes.append(
            Write(operation: kind.operation, changes: kind.changes, hasResponse: !random.chance(oneIn: 5))
        )
    }

    private mutating func applyWrite() {
        guard !writes.isEmpty else { return }
        let write = random.below(writes.count)
        guard writes[write].states == nil else { return }
        for key in writes[write].changes { change(key) }
        writes[write].states = writes[write].changes.map { history[$0].count - 1 }
    }

    /// Ends a write; one with a response has taken effect, another may not have, or may later.
    private mutating func endWrite() {
        let due = writes.indices.filter { writes[$0].states != nil || !writes[$0].hasResponse }
        guard !due.isEmpty else { return }
        let write = writes.remove(at: due[random.below(due.count)])
        if sabotage != .endsDoNotInvalidate {
            for range in InvalidationRule.invalidated(by: write.operation) {
                _ = table.invalidate(range, because: .write)
            }
        }
        guard write.hasResponse, let states = write.states else { return }
        for (key, state) in zip(write.changes, states) { written[key] = max(written[key], state) }
    }

    /// Checks that a reader gets a response of its key, not older than any that was sent before it asked.
    private mutating func deliver(_ response: Response, to reader: Reader) {
        if response.key != reader.key { faults.append("a response of another key") }
        if response.state < reader.written { faults.append("older than a write that ended before") }
        if response.state < reader.confirmed ?? 0 { faults.append("not what upstream had when it asked") }
        if response.state < reader.read { faults.append("older than a read that ended before") }
        read[reader.key] = max(read[reader.key], response.state)
    }

    /// Returns whether nothing remains after the last fetch has completed and all is purged.
    func isTidy() -> Bool {
        var table = table
        for fetch in fetches { _ = table.complete(fetch.token, with: .failed, now: now) }
        _ = table.purge()
        return table.isEmpty && table.statistics.bytes == 0 && table.statistics.fetches == 0
    }
}
