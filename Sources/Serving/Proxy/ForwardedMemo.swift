import Messages
import NIOCore

/// The caller of the last `X-Forwarded-For` on a connection.
///
/// Most hops send many requests of a caller one after the other. To read the field again for each would cost
/// more than a hit.
struct ForwardedMemo {
    /// The longest value that is remembered, in bytes.
    private static let longest = 256

    private var value: [UInt8] = []
    private var caller: Caller?

    /// Returns the caller of a value; `read` makes it where the value is not the last one.
    ///
    /// - Returns: Nil where `read` returns nil, which is not remembered.
    mutating func caller(of value: WireBytes, read: () -> Caller?) -> Caller? {
        let bytes = value.buffer.readableBytesUInt8Span
        if let caller, bytes.equals(self.value.span) { return caller }
        guard let found = read() else { return nil }
        if bytes.count <= Self.longest {
            self.value = Array(value.buffer.readableBytesView)
            caller = found
        }
        return found
    }
}
