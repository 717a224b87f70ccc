package import CognitoSync

/// The facts about datasets that a cache can tell an operation that is forwarded.
package protocol DatasetHints: Sendable {
    /// Returns the newest known count of a dataset, and the newest session token of AWS for it; nil if none
    /// is known.
    func known(of scope: DatasetScope) -> (syncCount: Int64, sessionToken: String?)?
    /// Records a session token that AWS gave for a dataset.
    func recordToken(_ token: String, of scope: DatasetScope)
}

extension RecordsCache: DatasetHints {}
