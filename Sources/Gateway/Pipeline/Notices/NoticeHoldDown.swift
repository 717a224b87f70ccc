import Policy
import Synchronization

/// The hold-down of log lines that others can cause: one of each kind in ten seconds.
final class NoticeHoldDown<Kind: Hashable & Sendable>: Sendable {
    private struct Entry {
        var until: Instant
        var count = 0
    }

    private let time: Int64 = 10_000_000_000
    /// The kinds that were logged a moment ago; as many as there are kinds at most.
    private let held = Mutex<[Kind: Entry]>([:])

    /// Returns the number of lines of a kind that were left out since the last one; nil to leave this one out.
    func pass(_ kind: Kind, now: Instant) -> Int? {
        held.withLock { held in
            if let entry = held[kind], now < entry.until {
                held[kind]?.count += 1
                return nil
            }
            defer { held[kind] = Entry(until: now.advanced(byNanoseconds: time)) }
            return held[kind]?.count ?? 0
        }
    }
}
