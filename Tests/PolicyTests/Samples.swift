import CognitoSync
import Policy
import Testing

func owner(_ number: Int = 1) throws -> IdentityScope {
    IdentityScope(
        pool: try #require(IdentityPoolID("us-east-1:a")),
        identity: try #require(IdentityID("us-east-1:\(number)"))
    )
}

func scope(_ dataset: String = "notes", owner number: Int = 1) throws -> DatasetScope {
    DatasetScope(owner: try owner(number), dataset: try #require(DatasetName(dataset)))
}

func pageKey(
    _ dataset: String = "notes",
    owner number: Int = 1,
    after lastSyncCount: Int64? = nil,
    token: String? = nil
) throws -> PageKey {
    PageKey(
        dataset: try scope(dataset, owner: number),
        lastSyncCount: lastSyncCount,
        maxResults: nil,
        nextToken: token
    )
}

func rate(_ perSecond: Int64, burst: Int64) throws -> Rate {
    try #require(Rate(perSecond: perSecond, burst: burst))
}

extension Instant {
    static func milliseconds(_ milliseconds: Int64) -> Self { Self(nanoseconds: milliseconds * 1_000_000) }
}
