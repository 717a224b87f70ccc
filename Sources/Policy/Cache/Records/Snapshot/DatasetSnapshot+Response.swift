private import Messages

/// Responses to ListRecords, spliced from the records as they were received.
extension DatasetSnapshot {
    /// A page as the body of a response.
    package struct Rendering: Sendable {
        package let body: [UInt8]
        /// The cursor of the next page; nil if this is the last.
        package let next: PageCursor?
    }

    /// Returns the page of a key.
    ///
    /// The members are those of the service, sorted by name as its samples are. Count is the number of records on the
    /// page. `nextToken` turns the cursor of the next page into a token. Both tokens are printable ASCII without
    /// quotation marks or backslashes.
    ///
    /// - Returns: Nil if this snapshot does not have the page, or is not the one that the pagination began in.
    package func render(
        _ key: PageKey,
        sessionToken: String?,
        nextToken: (PageCursor) -> String
    ) -> Rendering? {
        guard serves(key) else { return nil }
        let start = max(0, key.cursor?.index ?? 0)
        let limit = key.maxResults.map { Int(clamping: max(1, $0)) } ?? .max
        let page = part(since: key.since, from: start, limit: limit)
        var next: PageCursor?
        if page.hasMore {
            next = PageCursor(
                since: key.since,
                syncCount: syncCount,
                digest: key.cursor?.digest ?? digest(since: key.since),
                index: start + limit
            )
        }
        var body = ResponseBody(capacity: page.runs.reduce(512) { $0 + $1.count + 1 })
        body.append("{\"Count\":")
        body.append(Int64(page.count))
        body.append(",\"DatasetDeletedAfterRequestedSyncCount\":false,\"DatasetExists\":")
        body.append(isAbsent ? "false" : "true")
        body.append(",\"DatasetSyncCount\":")
        body.append(syncCount)
        body.append(",\"LastModifiedBy\":")
        if let lastModifiedBy { body.append(lastModifiedBy) } else { body.append("null") }
        body.append(",\"MergedDatasetNames\":null,\"NextToken\":")
        if let next { body.append(quoted: nextToken(next)) } else { body.append("null") }
        body.append(",\"Records\":[")
        var isFirst = true
        for run in page.runs {
            if !isFirst { body.append(",") }
            isFirst = false
            body.append(records.bytes[run])
        }
        body.append("]")
        if let sessionToken {
            body.append(",\"SyncSessionToken\":")
            body.append(quoted: sessionToken)
        }
        body.append("}")
        return Rendering(body: body.bytes, next: next)
    }

    /// The records of a page, as parts of the bytes of all records.
    private struct Part {
        /// Runs of records with a comma between any two, and nothing else.
        var runs: [Range<Int>] = []
        var count = 0
        /// Whether more records follow.
        var hasMore = false
    }

    /// Returns at most `limit` of the records that it shows, without the first `start`.
    ///
    /// Records that stand side by side, as nearly all do, are one run: a page of a thousand costs hardly more than its
    /// bytes.
    private func part(since: Int64, from start: Int, limit: Int) -> Part {
        var part = Part()
        var skipped = 0
        var run = 0..<0
        for entry in records.entries where shows(entry, since: since) {
            if skipped < start {
                skipped += 1
                continue
            }
            guard part.count < limit else {
                part.hasMore = true
                break
            }
            part.count += 1
            if records.isAdjacent(entry, to: run) {
                run = run.lowerBound..<entry.range.upperBound
            } else {
                if !run.isEmpty { part.runs.append(run) }
                run = entry.range
            }
        }
        if !run.isEmpty { part.runs.append(run) }
        return part
    }

    /// Returns whether it has the page of a key.
    package func serves(_ key: PageKey) -> Bool {
        serves(key.since) && (key.cursor.map(canContinue) ?? true)
    }

    /// Returns whether it is the snapshot that the pagination began in.
    func canContinue(_ cursor: PageCursor) -> Bool {
        cursor.syncCount == syncCount && serves(cursor.since) && cursor.digest == digest(since: cursor.since)
    }

    private func shows(_ entry: RecordSet.Entry, since: Int64) -> Bool {
        since == 0 ? entry.hasValue || listsTombstones : entry.syncCount > since
    }

    /// Returns a digest of the records that it shows, equal for two snapshots on two replicas that show the same bytes.
    ///
    /// It covers the bytes, not the counts alone: a remade dataset may have the same keys at the same counts. It is no
    /// defence against an attacker: a caller that could make two states collide breaks only its own pagination.
    private func digest(since: Int64) -> UInt64 {
        if since == 0, let known = knownDigest { return known }
        var digest = RecordsDigest()
        for entry in records.entries where shows(entry, since: since) {
            digest.append(entry.range, of: records.bytes)
        }
        if since == 0 { recordDigest(digest.value) }
        return digest.value
    }
}

/// The bytes of a response body under construction.
///
/// Texts and numbers are written one after the other: a string of several would be made first, and copied.
private struct ResponseBody {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
    mutating func append(_ number: Int64) { DecimalDigits.append(number, to: &bytes) }
    mutating func append(_ slice: some Collection<UInt8>) { bytes.append(contentsOf: slice) }

    mutating func append(quoted text: String) {
        append("\"")
        append(text)
        append("\"")
    }
}
