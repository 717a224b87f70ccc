package import CognitoSync
import Messages

/// The content of a ListRecords response.
package struct RecordsResponse: Sendable {
    package var records: [Record] = []
    package var nextToken: String?
    package var count = 0
    package var syncCount: Int64 = 0
    package var lastModifiedBy: String?
    package var mergedDatasetNames: [String] = []
    package var exists = false
    package var deletedAfterRequestedSyncCount = false
    package var sessionToken: String
}

extension DatasetStore {
    /// Returns a page of the records that changed after the requested count, in key order.
    ///
    /// An absent dataset is no error. A cursor is a key and refers to no snapshot. So the next page has the
    /// current sync count, but not a change behind the cursor.
    package mutating func listRecords(
        _ request: ListRecords,
        at now: Timestamp
    ) throws(ServiceError) -> RecordsResponse {
        let scope = request.scope
        let owner = try identity(scope.owner)
        if let token = request.syncSessionToken, rules.tokenOnListRecords == .checked {
            _ = try check(token, for: scope, at: now)
        }
        let limit = try pageSize(request.paging, default: rules.pageLimit)
        let cursor = try Cursor(request.paging).map(RecordKey.init)
        let since = request.lastSyncCount ?? 0
        let known = owner?.datasets[scope.dataset.text]
        if let known, !(0...known.syncCount).contains(since) { throw .noSuchSyncCount(since) }

        var response = RecordsResponse(sessionToken: mintToken(for: scope, at: now))
        response.deletedAfterRequestedSyncCount =
            since > 0 && since <= owner?.deletedSyncCounts[scope.dataset.text] ?? 0
        response.mergedDatasetNames = owner?.merged[scope.dataset.text] ?? []
        guard let dataset = known else { return response }
        response.exists = true
        response.syncCount = dataset.syncCount
        response.lastModifiedBy = dataset.lastModifiedBy
        let showsTombstones = since > 0 || rules.fullListingTombstones
        var matching = dataset.records.lazy
            .dropFirst(cursor.map { dataset.position(after: $0) } ?? 0)
            .filter { $0.syncCount > since && ($0.value != nil || showsTombstones) }
            .makeIterator()
        while response.records.count < limit, let record = matching.next() { response.records.append(record) }
        if let last = response.records.last, response.records.count == limit,
            rules.tokenAfterFullPage || matching.next() != nil
        {
            response.nextToken = Base64.encode([UInt8](last.key.text.utf8))
        }
        response.count =
            rules.countMember == .page ? response.records.count : Int(clamping: dataset.liveRecords)
        return response
    }

    /// Applies a write as a whole or not at all; returns its records after the write.
    ///
    /// It spends its session token if it succeeds: a conflict does not.
    package mutating func updateRecords(
        _ scope: DatasetScope,
        token: String,
        patches: [Patch],
        at now: Timestamp
    ) throws(ServiceError) -> [Record] {
        let token = try check(token, for: scope, at: now)
        let records = try write(scope, patches, at: now)
        spentTokens.insert(token, at: now)
        return records
    }

    /// Applies a write past the gateway: without a token, and without a count unless a patch has one.
    package mutating func write(
        _ scope: DatasetScope,
        _ patches: [Patch],
        at now: Timestamp
    ) throws(ServiceError) -> [Record] {
        let name = scope.dataset.text
        let owner = try identity(scope.owner)
        guard !patches.isEmpty else { return [] }
        var dataset: Dataset
        let restarts = rules.counterAfterDelete == .restarts
        if let known = owner?.datasets[name] {
            dataset = known
        } else {
            guard Int64(owner?.datasets.count ?? 0) < rules.datasetsPerIdentity else {
                throw .limitExceeded(
                    "Maximum number of datasets per identity exceeded: \(rules.datasetsPerIdentity)"
                )
            }
            dataset = Dataset(
                created: now,
                by: accountID,
                syncCount: restarts ? 0 : owner?.deletedSyncCounts[name] ?? 0
            )
        }
        let before = dataset.syncCount
        let records = try dataset.apply(patches, rules: rules, by: accountID, at: now)
        let changed = records.filter { $0.syncCount > before }
        if !changed.isEmpty {
            journal?.record(.write(changed), of: scope, syncCount: dataset.syncCount, at: now)
        }
        withIdentity(scope.owner, at: now) { identity in
            identity.datasets[name] = dataset
            identity.lastModified = now
            if restarts { identity.deletedSyncCounts[name] = nil }
        }
        return records
    }
}

extension Dataset {
    func position(after key: RecordKey) -> Int {
        let (index, found) = position(of: key)
        return found ? index + 1 : index
    }
}
