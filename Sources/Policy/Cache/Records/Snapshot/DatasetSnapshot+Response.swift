/// Answers to ListRecords, spliced from the records as they were received.
extension DatasetSnapshot {
    /// A page, as the body of an answer.
    package struct Rendering: Sendable {
        package let body: [UInt8]
        /// Where the next page begins; nil if this is the last.
        package let next: PageCursor?
    }

    /// The page that `key` asks for; nil if this copy cannot tell, or is not the state that the walk began in.
    ///
    /// The members are those of the service, sorted by name as its samples are. `nextToken` turns the next page's
    /// place into a token; both tokens are printable ASCII without quotation marks or backslashes. Count is the
    /// number of records on the page.
    package func render(
        _ key: PageKey,
        sessionToken: String?,
        nextToken: (PageCursor) -> String
    ) -> Rendering? {
        guard answers(key) else { return nil }
        let start = max(0, key.cursor?.index ?? 0)
        let matching = records.entries.lazy.filter { self.shows($0, since: key.since) }.dropFirst(start)
        let limit = key.maxResults.map { Int(clamping: max(1, $0)) } ?? .max
        let page = Array(matching.prefix(limit))
        var next: PageCursor?
        if page.count == limit, matching.dropFirst(limit).first != nil {
            next = PageCursor(
                since: key.since,
                syncCount: syncCount,
                digest: key.cursor?.digest ?? digest(since: key.since),
                index: start + limit
            )
        }
        var body = ResponseBody(capacity: page.reduce(512) { $0 + Int($1.length) + 1 })
        body.append("{\"Count\":\(page.count),\"DatasetDeletedAfterRequestedSyncCount\":false")
        body.append(",\"DatasetExists\":\(!isAbsent),\"DatasetSyncCount\":\(syncCount)")
        body.append(",\"LastModifiedBy\":")
        body.append(lastModifiedBy ?? Array("null".utf8))
        body.append(",\"MergedDatasetNames\":null")
        if let next { body.append(",\"NextToken\":\"\(nextToken(next))\"") }
        body.append(",\"Records\":[")
        for (position, entry) in page.enumerated() {
            if position > 0 { body.append(",") }
            body.append(records.bytes[entry.range])
        }
        body.append("]")
        if let sessionToken { body.append(",\"SyncSessionToken\":\"\(sessionToken)\"") }
        body.append("}")
        return Rendering(body: body.bytes, next: next)
    }

    /// Whether it has the page that `key` asks for.
    package func answers(_ key: PageKey) -> Bool {
        answers(key.since) && (key.cursor.map(canContinue) ?? true)
    }

    /// Whether it is the state that the walk began in.
    func canContinue(_ cursor: PageCursor) -> Bool {
        cursor.syncCount == syncCount && answers(cursor.since) && cursor.digest == digest(since: cursor.since)
    }

    private func shows(_ entry: RecordSet.Entry, since: Int64) -> Bool {
        since == 0 ? entry.hasValue || listsTombstones : entry.syncCount > since
    }

    /// Says the same of two copies on two machines if they show the same keys with the same counts: FNV-1a.
    ///
    /// No defence against anybody: whoever could make two states collide is the one whose walk would go wrong.
    private func digest(since: Int64) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        for entry in records.entries where shows(entry, since: since) {
            for byte in records.bytes[entry.key] { mix(byte) }
            for shift in stride(from: 0, to: 64, by: 8) {
                mix(UInt8(truncatingIfNeeded: entry.syncCount >> Int64(shift)))
            }
        }
        return hash
    }
}

/// Where a walk through the pages of a state goes on.
package struct PageCursor: Hashable, Sendable {
    /// The lastSyncCount that it began with; 0 for all records.
    package let since: Int64
    /// The count that the dataset stood at.
    package let syncCount: Int64
    /// Of what the walk shows, so that it does not go on in another dataset that came to the same count.
    package let digest: UInt64
    /// How many records the pages before had.
    package let index: Int

    package init(since: Int64, syncCount: Int64, digest: UInt64, index: Int) {
        self.since = since
        self.syncCount = syncCount
        self.digest = digest
        self.index = index
    }
}

/// The bytes of a body as they are put together.
private struct ResponseBody {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
    mutating func append(_ slice: some Collection<UInt8>) { bytes.append(contentsOf: slice) }
}
