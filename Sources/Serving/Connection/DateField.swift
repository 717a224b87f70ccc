import Messages
import NIOPosix

/// The `date` field, made once per second on each event loop.
enum DateField {
    /// A second and its field line; it is replaced, never changed, so it may be shared.
    private final class Cached: Sendable {
        let second: Int64
        /// The name and the text, without a line end.
        let line: [UInt8]

        init(second: Int64) {
            self.second = second
            line = Array("date: \(HTTPDate(epochSeconds: second).text)".utf8)
        }
    }

    private static let ofThread = ThreadSpecificVariable<Cached>()

    /// Returns the field line of the current second, without its end.
    ///
    /// The cache is that of the current thread, which is an event loop.
    static func line() -> [UInt8] {
        let second = Platform.wallClock()
        if let cached = ofThread.currentValue, cached.second == second { return cached.line }
        let fresh = Cached(second: second)
        ofThread.currentValue = fresh
        return fresh.line
    }
}
