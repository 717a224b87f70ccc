package import CognitoSync

/// What the cache knows of a dataset that a write can use.
package protocol DatasetHints: Sendable {
    /// The newest state held, and the newest session token that AWS gave for the dataset; nil: nothing is held.
    func known(of scope: DatasetScope) -> (syncCount: Int64, sessionToken: String?)?
    /// AWS gave this token for the dataset.
    func recordToken(_ token: String, of scope: DatasetScope)
}

extension RecordsCache: DatasetHints {}
