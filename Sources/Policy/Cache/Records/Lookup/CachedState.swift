/// A state of a dataset from which pages may be rendered now.
package struct CachedState: Sendable {
    package let snapshot: DatasetSnapshot
    /// Nanoseconds since it was last validated.
    package var age: Int64
    /// Nanoseconds for which it stays fresh; 0 for a stale one.
    package var timeToLive: Int64
    /// The newest session token that upstream gave for it.
    package let sessionToken: String?
}
