import Messages
import NIOPosix

/// The `date` field, made once a second on each event loop.
enum DateField {
    /// A second and its field; replaced, never changed, so it may be shared.
    private final class Cached: Sendable {
        let second: Int64
        /// The name, the text, and no line end.
        let line: [UInt8]

        init(second: Int64) {
            self.second = second
            line = Array("date: \(HTTPDate(epochSeconds: second).text)".utf8)
        }
    }

    private static let ofThread = ThreadSpecificVariable<Cached>()

    /// The field line of now, without its end, from the cache of the event loop's thread.
    static func line() -> [UInt8] {
        let second = Platform.wallClock()
        if let cached = ofThread.currentValue, cached.second == second { return cached.line }
        let fresh = Cached(second: second)
        ofThread.currentValue = fresh
        return fresh.line
    }
}
