import Messages
import NIOPosix

/// The `date` field, made once a second on each event loop.
enum DateField {
    /// A second and its text; replaced, never changed, so it may be shared.
    private final class Cached: Sendable {
        let second: Int64
        let text: String

        init(second: Int64) {
            self.second = second
            text = HTTPDate(epochSeconds: second).text
        }
    }

    private static let ofThread = ThreadSpecificVariable<Cached>()

    /// The date now, from the cache of the event loop's thread.
    static func now() -> String {
        let second = Platform.wallClock()
        if let cached = ofThread.currentValue, cached.second == second { return cached.text }
        let fresh = Cached(second: second)
        ofThread.currentValue = fresh
        return fresh.text
    }
}
