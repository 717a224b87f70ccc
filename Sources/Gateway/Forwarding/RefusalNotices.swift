import Policy

/// The decision which refusals of the gateway are logged: each name once a minute, and few names.
///
/// The names come from upstream, so their number is bounded.
struct RefusalNotices: Sendable {
    private static let period: Int64 = 60_000_000_000
    private static let mostNames = 8

    private var start: Instant?
    private var names: Set<String> = []

    mutating func mustTell(_ name: String, now: Instant) -> Bool {
        if start.map({ now.nanoseconds(since: $0) >= Self.period }) ?? true {
            start = now
            names.removeAll()
        }
        guard names.count < Self.mostNames else { return false }
        return names.insert(name).inserted
    }
}
