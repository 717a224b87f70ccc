/// The age of a state that may be served, and the time for which it still may, in nanoseconds.
package struct RemainingFreshness: Sendable, Equatable {
    package let age: Int64
    package let timeToLive: Int64
}
