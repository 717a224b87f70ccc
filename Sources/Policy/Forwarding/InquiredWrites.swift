package import CognitoSync
import DequeModule

/// The writes that were asked after and whose callers did not get their success, for the retries of their SDKs.
///
/// An SDK sends a failed write again, under the same invocation id. Without this memory the service would refuse it
/// with a conflict: it was applied the first time. A write is known by its invocation, dataset and bytes, so an id that
/// is used for something else finds nothing. The memory is bounded in number, in bytes and in time; the oldest write
/// goes first.
package struct InquiredWrites: Sendable {
    /// A write, as its retry repeats it.
    package struct Key: Hashable, Sendable {
        let invocation: String
        package let dataset: DatasetScope
        /// A digest of the body and the fields of the write.
        let digest: [UInt8]

        package init(invocation: String, dataset: DatasetScope, digest: [UInt8]) {
            self.invocation = invocation
            self.dataset = dataset
            self.digest = digest
        }
    }

    /// The facts with which an inquiry begins.
    package struct Start: Equatable, Sendable {
        /// The sync count of the dataset before the write.
        package let syncCount: Int64
        /// The time of the service when the write was sent, in milliseconds since 1970.
        package let sentAt: Int64

        package init(syncCount: Int64, sentAt: Int64) {
            self.syncCount = syncCount
            self.sentAt = sentAt
        }
    }

    package enum Finding: Equatable, Sendable {
        /// The write was applied; the body of its success.
        case applied(body: [UInt8])
        /// The inquiry did not find out.
        case unknown(Start)
    }

    private struct Entry {
        let finding: Finding
        let until: Instant
        let number: UInt64
        let cost: Int
    }

    /// The most writes, and the most bytes of their successes.
    private static let mostWrites = 1024
    private static let mostBytes = 8 << 20
    /// The longest success that is remembered; a longer one is asked after again.
    private static let longestBody = 64 << 10
    /// The nanoseconds for which a write is remembered: SDKs retry within seconds.
    private static let lifetime: Int64 = 60_000_000_000

    private var entries: [Key: Entry] = [:]
    /// The keys in the order in which their entries end; an entry that was replaced has another number.
    private var order: Deque<(key: Key, number: UInt64)> = []
    private var bytes = 0
    private var number: UInt64 = 0

    package init() {}

    /// Remembers a write; `start` is for a success that is too long.
    package mutating func record(_ finding: Finding, of key: Key, start: Start, now: Instant) {
        var finding = finding
        var cost = 0
        if case .applied(let body) = finding {
            cost = body.count
            if cost > Self.longestBody { (finding, cost) = (.unknown(start), 0) }
        }
        forget(key)
        number &+= 1
        let until = now.advanced(byNanoseconds: Self.lifetime)
        entries[key] = Entry(finding: finding, until: until, number: number, cost: cost)
        order.append((key, number))
        bytes += cost
        trim(now: now)
    }

    /// Returns whether nothing is remembered; entries that have ended are dropped first.
    ///
    /// It is nearly always so. Then no write has to be digested to be looked for.
    package mutating func isEmpty(now: Instant) -> Bool {
        trim(now: now)
        return entries.isEmpty
    }

    /// Returns what is known of a write that comes again; nil for any other request.
    package func find(_ key: Key, now: Instant) -> Finding? {
        guard let entry = entries[key], now < entry.until else { return nil }
        return entry.finding
    }

    /// Forgets a write, which is forwarded again.
    package mutating func forget(_ key: Key) {
        if let entry = entries.removeValue(forKey: key) { bytes -= entry.cost }
    }

    /// Returns the number of writes of a dataset.
    package func count(of dataset: DatasetScope, now: Instant) -> Int {
        entries.reduce(0) { $0 + ($1.key.dataset == dataset && now < $1.value.until ? 1 : 0) }
    }

    /// Drops entries that have ended, and the oldest ones beyond the bounds.
    private mutating func trim(now: Instant) {
        while let (key, number) = order.first {
            if let entry = entries[key], entry.number == number {
                let isBeyond =
                    entries.count > Self.mostWrites || bytes > Self.mostBytes
                    || order.count > 2 * Self.mostWrites
                guard isBeyond || now >= entry.until else { return }
                forget(key)
            }
            order.removeFirst()
        }
    }
}
