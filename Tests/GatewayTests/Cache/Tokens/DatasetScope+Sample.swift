import CognitoSync

extension DatasetScope {
    /// Returns a dataset for tests in which only the difference to another one matters.
    static func sample(
        pool: String = "us-east-1:a",
        identity: String = "us-east-1:d",
        dataset: String = "profile"
    ) -> Self {
        guard let pool = IdentityPoolID(pool), let identity = IdentityID(identity),
            let dataset = DatasetName(dataset)
        else { preconditionFailure("a sample is no valid name") }
        return Self(owner: IdentityScope(pool: pool, identity: identity), dataset: dataset)
    }
}
