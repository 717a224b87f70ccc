import Messages
import NIOPosix

/// The `date` field, made once a second on each event loop.
enum DateField {
    /// A second and its text; replaced, never changed, so it may be shared.
    private final class Cached: Sendable {
        let second: Int64
        let text: String
        /// The name, the text, and no line end.
        let line: [UInt8]

        init(second: Int64) {
            self.second = second
            text = HTTPDate(epochSeconds: second).text
            line = Array("date: \(text)".utf8)
        }
    }

    private static let ofThread = ThreadSpecificVariable<Cached>()

    /// The date now, from the cache of the event loop's thread.
    static func now() -> String { cached().text }

    /// The same as a field line, without its end.
    static func line() -> [UInt8] { cached().line }

    private static func cached() -> Cached {
        let second = Platform.wallClock()
        if let cached = ofThread.currentValue, cached.second == second { return cached }
        let fresh = Cached(second: second)
        ofThread.currentValue = fresh
        return fresh
    }
}
