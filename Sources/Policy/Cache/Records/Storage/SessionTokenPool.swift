/// Session tokens of upstream that no write has used, the newest last.
///
/// A token is good for one push, and lives 300 s (seen with the live service; not documented). So each is taken once,
/// and not when it is older than 270 s.
package struct SessionTokenPool: Sendable {
    private struct Unspent: Sendable {
        let text: String
        let goodUntil: Instant
    }

    /// The maximum number of tokens.
    static let most = 4
    /// The nanoseconds for which a token may be taken.
    package static let lifetime: Int64 = 270_000_000_000

    private var unspent: [Unspent] = []

    package init() {}

    var count: Int { unspent.count }

    /// Adds a token that upstream gave in response to a fetch that was sent at `start`; the oldest makes room.
    mutating func add(_ text: String, sentAt start: Instant) {
        unspent.append(Unspent(text: text, goodUntil: start.advanced(byNanoseconds: Self.lifetime)))
        if unspent.count > Self.most { unspent.removeFirst() }
    }

    /// Takes the newest token that is still good; it is gone then.
    mutating func take(now: Instant) -> String? {
        guard let newest = unspent.popLast() else { return nil }
        if newest.goodUntil > now { return newest.text }
        unspent = []
        return nil
    }
}
