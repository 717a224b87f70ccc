/// Returns the page that the service would show of these records, which all match, put together by hand.
///
/// `nextToken` is the text of the token.
func page(
    of records: [SampleRecord],
    count: Int64,
    exists: Bool = true,
    author: String? = "me",
    nextToken: String? = nil,
    sessionToken: String? = nil
) -> String {
    var members = [
        "\"Count\":\(records.count)", "\"DatasetDeletedAfterRequestedSyncCount\":false",
        "\"DatasetExists\":\(exists)", "\"DatasetSyncCount\":\(count)",
        "\"LastModifiedBy\":\(author.map { "\"\($0)\"" } ?? "null")", "\"MergedDatasetNames\":null",
    ]
    members.append("\"NextToken\":\(nextToken.map { "\"\($0)\"" } ?? "null")")
    members.append("\"Records\":[\(records.map(\.json).joined(separator: ","))]")
    if let sessionToken { members.append("\"SyncSessionToken\":\"\(sessionToken)\"") }
    return "{\(members.joined(separator: ","))}"
}
