package import CognitoSync
package import Policy

/// The facts about datasets that a cache can tell an operation that is forwarded.
package protocol DatasetHints: Sendable {
    /// Returns the count of the snapshot of a dataset; nil if none is cached.
    func syncCount(of scope: DatasetScope) -> Int64?
    /// Takes a session token of AWS that no write has used; nil if there is none.
    func takeToken(of scope: DatasetScope, now: Instant) -> String?
}

extension RecordsCache: DatasetHints {}
