package import CognitoSync

/// What one answer to ListRecords shows of its dataset.
package struct Observation: Sendable {
    /// The lastSyncCount that was asked for; 0 for all records.
    package let since: Int64
    /// Nil for an answer that cannot be placed: a dataset that exists with a count below 0.
    let version: DatasetVersion?
    /// What changed after `since`; nil if that cannot be told from the answer.
    let records: RecordSet?
    /// The dataset was deleted since the count that was asked for, and may have been made anew.
    package let wasDeleted: Bool
    /// It says nothing that a derived answer could not: no merges, no member that the model lacks.
    let isPlain: Bool
    /// Where the next page begins; nil if there is none.
    package let nextToken: String?
    /// The JSON value of LastModifiedBy.
    let lastModifiedBy: [UInt8]?
    /// What the service would have the next writer send.
    package let sessionToken: String?
    /// The x-amzn-RequestId that the answer came with.
    let requestID: String?

    /// `page` is the scan of `body`.
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
    }

    private static func text(of literal: Range<Int>, in body: [UInt8]) -> String {
        let content = JSONUnescaped(body, literal.lowerBound + 1..<literal.upperBound - 1)
        return String(decoding: [UInt8](content), as: UTF8.self)
    }

    /// Puts the pages of a walk together; nil unless they all show one and the same state.
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
    }

    /// When the newest of its records was changed, in seconds since 1970; nil if that is not said.
    package var lastModified: Double? {
        guard let records, let newest = records.entries.max(by: { $0.syncCount < $1.syncCount }),
            let date = RecordChange.member("LastModifiedDate", of: records.bytes[newest.range])
        else { return nil }
        return Double(String(decoding: date, as: UTF8.self))
    }

    /// Whether it shows the dataset at the version of the copy.
    package func shows(_ snapshot: DatasetSnapshot) -> Bool { version == snapshot.version }

    /// The records and the count that can be held, if all is there to answer others from.
    var holdable: (version: DatasetVersion, records: RecordSet)? {
        guard let version, let records, isPlain, !wasDeleted, nextToken == nil else { return nil }
        return (version, records)
    }
}

extension RecordsPage {
    /// The state of the dataset that it shows; nil if that cannot be placed.
    var version: DatasetVersion? { DatasetVersion(syncCount: datasetSyncCount, exists: datasetExists) }

    /// See `Observation.isPlain`.
    var isPlain: Bool { !hasMerges && !hasUnknownMembers }
}
