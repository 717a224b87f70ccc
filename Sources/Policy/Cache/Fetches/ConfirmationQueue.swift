/// The reads that wait until one of the confirmations on the wire ends: one signal for all of a key.
///
/// A key has a signal only while the most confirmations of it are on the wire, which bounds their number.
struct ConfirmationQueue<Key: Hashable & Sendable, Fetch: Sendable>: Sendable {
    private var signals: [Key: Fetch] = [:]

    /// Returns the signal that the reads of a key wait for, made for the first of them.
    mutating func join(_ key: Key, signal: () -> Fetch) -> Fetch {
        if let known = signals[key] { return known }
        let new = signal()
        signals[key] = new
        return new
    }

    /// Returns the signal of a key and forgets it; nil if no read waits.
    mutating func take(_ key: Key) -> Fetch? {
        signals.isEmpty ? nil : signals.removeValue(forKey: key)
    }
}
