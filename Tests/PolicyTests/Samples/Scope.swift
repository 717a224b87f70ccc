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
    since: Int64 = 0,
    maxResults: Int64? = nil,
    cursor: PageCursor? = nil
) throws -> PageKey {
    PageKey(
        dataset: try scope(dataset, owner: number),
        since: since,
        maxResults: maxResults,
        cursor: cursor
    )
}
