package import CognitoSync

/// The table keeps pages, not states: every token has to be fetched.
extension CachedReads: DatasetKnowledge {
    package func known(of scope: DatasetScope) -> (syncCount: Int64, sessionToken: String?)? { nil }
    package func noteToken(_ token: String, of scope: DatasetScope) {}
}
