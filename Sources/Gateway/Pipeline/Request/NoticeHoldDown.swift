import Policy
import Synchronization

/// The decision which of many equal notices are logged: one of each kind in ten seconds, with the number before it.
///
/// Anyone can cause them as often as the network allows, and must not fill the log by that. The kinds come from a
/// closed set, so the table is bounded.
final class NoticeHoldDown<Kind: Hashable & Sendable>: Sendable {
    private struct Entry {
        var until: Instant
        var count = 0
    }

    private static var period: Int64 { 10_000_000_000 }

    /// The kinds that were logged a moment ago.
    private let held = Mutex<[Kind: Entry]>([:])

    /// Records a notice.
    ///
    /// - Returns: The number of notices of the kind that were not logged since the last one; nil for one that is not
    ///   logged.
    func record(_ kind: Kind, now: Instant) -> Int? {
        held.withLock { held in
            if let entry = held[kind], now < entry.until {
                held[kind]?.count &+= 1
                return nil
            }
            defer { held[kind] = Entry(until: now.advanced(byNanoseconds: Self.period)) }
            return held[kind]?.count ?? 0
        }
    }
}
