import CognitoSync
import Policy
import Testing

/// A response to ListRecords, as the service would write it.
struct ListingBuilder {
    var records: [SampleRecord] = []
    var count: Int64
    var exists = true
    var wasDeleted = false
    var author: String? = "me"
    var merged: [String] = []
    var nextToken: String?
    var sessionToken: String?
    /// The JSON of members that the model does not have.
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
