/// A state of a dataset from which pages may be rendered now.
package struct CachedState: Sendable {
    package let snapshot: DatasetSnapshot
    /// Nanoseconds since it was last validated.
    package var age: Int64
    /// Nanoseconds for which it stays fresh; 0 for a stale one.
    package var timeToLive: Int64
    /// The session token of upstream for the one caller that gets a page of it, where pages carry those.
    package internal(set) var sessionToken: String?
}
