package import CognitoSync

/// The facts that one response to ListRecords shows of its dataset.
package struct Observation: Sendable {
    /// The lastSyncCount of the request; 0 for all records.
    package let since: Int64
    let version: DatasetVersion
    /// The records that changed after `since`; nil if the response cannot tell.
    let records: RecordSet?
    /// Whether the dataset was deleted after `since`; it may have been made again.
    package let wasDeleted: Bool
    /// Whether a derived response could show all of it: no merges, no member that the model lacks.
    let isPlain: Bool
    /// Upstream's token for the next page; nil if there is none.
    package let nextToken: String?
    /// The JSON value of LastModifiedBy.
    let lastModifiedBy: [UInt8]?
    /// Upstream's token for the next writer.
    package let sessionToken: String?
    /// The x-amzn-RequestId of the response.
    let requestID: String?
    /// The number of pages that it was read in.
    package let pages: Int

    /// Creates the observation of one page; `page` is the scan of `body`.
    package init(_ page: RecordsPage, of body: [UInt8], since: Int64, requestID: String?) {
        self.since = max(0, since)
        version = page.version
        records = RecordSet(page.records, of: body)
        wasDeleted = page.deletedAfterRequestedSyncCount
        isPlain = page.isPlain
        nextToken = page.nextToken.map { Self.text(of: $0, in: body) }
        lastModifiedBy = page.lastModifiedBy.map { Array(body[$0]) }
        sessionToken = page.sessionToken.map { Self.text(of: $0, in: body) }
        self.requestID = requestID
        pages = 1
    }

    /// Creates the observation of a page without its records: those of a read that is not shared are not compared.
    package init(versionOf page: RecordsPage, since: Int64) {
        self.since = max(0, since)
        version = page.version
        records = nil
        wasDeleted = page.deletedAfterRequestedSyncCount
        isPlain = page.isPlain
        nextToken = nil
        lastModifiedBy = nil
        sessionToken = nil
        requestID = nil
        pages = 1
    }

    private static func text(of literal: Range<Int>, in body: [UInt8]) -> String {
        let content = JSONUnescaped(body, literal.lowerBound + 1..<literal.upperBound - 1)
        return String(decoding: [UInt8](content), as: UTF8.self)
    }

    /// Joins the pages of a pagination; nil unless all show one and the same state.
    package init?(joining pages: [Self]) {
        guard let last = pages.last,
            pages.allSatisfy({ $0.version == last.version && $0.since == last.since })
        else { return nil }
        since = last.since
        version = last.version
        records = pages.reduce(RecordSet()) { sum, page in
            page.records.flatMap { sum?.merging($0) }
        }
        wasDeleted = pages.contains(where: \.wasDeleted)
        isPlain = pages.allSatisfy(\.isPlain)
        nextToken = last.nextToken
        lastModifiedBy = last.lastModifiedBy
        sessionToken = last.sessionToken
        requestID = last.requestID
        self.pages = pages.count
    }

    /// The time at which the newest of its records was changed, in seconds since 1970; nil if it shows none.
    package var lastModified: Double? { records?.newestDate }

    /// Returns whether it shows the dataset at the version of a snapshot.
    package func shows(_ snapshot: DatasetSnapshot) -> Bool { version == snapshot.version }

    /// The version and the records that can be cached; nil if other reads could not be served from them.
    var cacheable: (version: DatasetVersion, records: RecordSet)? {
        guard let records, isPlain, !wasDeleted, nextToken == nil else { return nil }
        return (version, records)
    }
}

extension RecordsPage {
    /// The version of the dataset that it shows.
    var version: DatasetVersion { DatasetVersion(syncCount: datasetSyncCount, exists: datasetExists) }

    /// Whether a derived response could show all of it; see ``Observation/isPlain``.
    var isPlain: Bool { !hasMerges && !hasUnknownMembers }
}
