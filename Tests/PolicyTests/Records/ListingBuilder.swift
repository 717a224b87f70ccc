import CognitoSync
import Policy
import Testing

/// A record, and the JSON that the service would write for it.
struct SampleRecord: Equatable {
    var key: String
    /// Nil for a tombstone.
    var value: String?
    var count: Int64
    var author = "me"

    /// `a=1@3` is the value 1 under the key a, changed last at count 3; `a@3` is its tombstone.
    init(_ text: String) throws {
        let parts = text.split(separator: "@", maxSplits: 1)
        let pair = parts[0].split(separator: "=", maxSplits: 1)
        key = String(pair[0])
        value = pair.count > 1 ? String(pair[1]) : nil
        count = try #require(Int64(parts[1]))
    }

    init(key: String, value: String?, count: Int64, author: String) {
        (self.key, self.value, self.count, self.author) = (key, value, count, author)
    }

    var json: String {
        let end = value.map { "\"SyncCount\":\(count),\"Value\":\"\($0)\"}" } ?? "\"SyncCount\":\(count)}"
        return "{\"Key\":\"\(key)\",\"LastModifiedBy\":\"\(author)\",\(end)"
    }
}

/// An answer to ListRecords, as the service would write it.
struct ListingBuilder {
    var records: [SampleRecord] = []
    var count: Int64
    var exists = true
    var wasDeleted = false
    var author: String? = "me"
    var merged: [String] = []
    var nextToken: String?
    var sessionToken: String?
    /// Members that the model does not have.
    var extra = ""

    init(_ records: [SampleRecord], count: Int64) { (self.records, self.count) = (records, count) }

    init(_ records: String..., count: Int64) throws {
        self.records = try records.map { try SampleRecord($0) }
        self.count = count
    }

    static var absent: Self {
        var listing = Self([], count: 0)
        (listing.exists, listing.author) = (false, nil)
        return listing
    }

    var body: [UInt8] {
        var text = "{\"SyncSessionToken\":\(sessionToken.map { "\"\($0)\"" } ?? "null"),\"Records\":["
        text += records.map(\.json).joined(separator: ",")
        text += "],\"NextToken\":\(nextToken.map { "\"\($0)\"" } ?? "null"),\"MergedDatasetNames\":["
        text += merged.map { "\"\($0)\"" }.joined(separator: ",")
        text += "],\"LastModifiedBy\":\(author.map { "\"\($0)\"" } ?? "null"),\"DatasetSyncCount\":\(count)"
        text += ",\"DatasetExists\":\(exists),\"DatasetDeletedAfterRequestedSyncCount\":\(wasDeleted)"
        return Array((text + ",\"Count\":\(records.count)\(extra)}").utf8)
    }

    func page() throws -> RecordsPage { try RecordsPage.scan(body) }

    func seen(since: Int64 = 0) throws -> Observation {
        Observation(try page(), of: body, since: since, requestID: nil)
    }

    func snapshot(since: Int64 = 0, listsTombstones: Bool = false) throws -> DatasetSnapshot {
        try #require(DatasetSnapshot(try seen(since: since), listsTombstones: listsTombstones))
    }
}

/// What UpdateRecords answers to a write that changed these records.
func change(_ records: SampleRecord...) throws -> RecordChange {
    try #require(try recordChange(records))
}

func change(_ records: String...) throws -> RecordChange {
    try #require(try recordChange(try records.map { try SampleRecord($0) }))
}

func recordChange(_ records: [SampleRecord]) throws -> RecordChange? {
    let body = Array("{\"Records\":[\(records.map(\.json).joined(separator: ","))]}".utf8)
    return RecordChange(try UpdateRecordsResponse.scan(body).records, of: body)
}

/// The page that the service would give of these records, which all match, put together by hand.
///
/// `nextToken` is the token's text.
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
    if let nextToken { members.append("\"NextToken\":\"\(nextToken)\"") }
    members.append("\"Records\":[\(records.map(\.json).joined(separator: ","))]")
    if let sessionToken { members.append("\"SyncSessionToken\":\"\(sessionToken)\"") }
    return "{\(members.joined(separator: ","))}"
}
