import Messages
import NIOCore

/// The callers of recent values of `X-Forwarded-For` on one event loop.
///
/// A hop sends the requests of many callers on each of its connections. To read the field again for each request
/// would cost more than a hit.
struct ForwardedMemo {
    private struct Entry {
        let value: [UInt8]
        /// The caller as the field names it, without the facts of its connection.
        let caller: Caller
        /// The settings with the trusted hops by which the field was read.
        let settings: ConnectionConfiguration
    }

    /// The number of slots, a power of two; a value has one by its hash.
    private static let slots: UInt64 = 1024
    /// The longest value that is remembered, in bytes.
    private static let longest = 256

    /// The slots; empty before the first value.
    private var entries: [Entry?] = []

    /// Returns the caller of a value; nil if it is not remembered for these settings.
    func caller(of value: WireBytes, under settings: ConnectionConfiguration) -> Caller? {
        guard !entries.isEmpty, let entry = entries[Self.slot(of: value)], entry.settings === settings else {
            return nil
        }
        let bytes = value.buffer.readableBytesUInt8Span
        return bytes.equals(entry.value.span) ? entry.caller : nil
    }

    /// Remembers the caller of a value in the place of another one.
    mutating func insert(_ caller: Caller, of value: WireBytes, under settings: ConnectionConfiguration) {
        guard value.count <= Self.longest else { return }
        if entries.isEmpty { entries = [Entry?](repeating: nil, count: Int(Self.slots)) }
        let bytes = Array(value.buffer.readableBytesView)
        entries[Self.slot(of: value)] = Entry(value: bytes, caller: caller, settings: settings)
    }

    private static func slot(of value: WireBytes) -> Int {
        Int(truncatingIfNeeded: value.fingerprint & (slots - 1))
    }
}
