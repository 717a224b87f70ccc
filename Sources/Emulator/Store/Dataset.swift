/// The records of one dataset in key order, and its sync count.
///
/// A write is applied as a whole or not at all: every patch is checked before the first is applied. Every
/// record that it changes gets the same new count.
struct Dataset: Sendable {
    let created: Timestamp
    private(set) var lastModified: Timestamp
    private(set) var lastModifiedBy: String
    private(set) var syncCount: Int64
    /// The records, with tombstones, sorted by key.
    private(set) var records: [Record] = []
    /// The bytes of all keys and values.
    private(set) var size: Int64 = 0
    /// The number of records that are not tombstones.
    private(set) var liveRecords: Int64 = 0

    init(created: Timestamp, by writer: String, syncCount: Int64 = 0) {
        self.created = created
        lastModified = created
        lastModifiedBy = writer
        self.syncCount = syncCount
    }

    /// Returns the index of a key, or the index at which it would be inserted.
    func position(of key: RecordKey) -> (index: Int, found: Bool) {
        var low = 0
        var high = records.count
        while low < high {
            let middle = (low + high) / 2
            if records[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return (low, low < records.count && records[low].key == key)
    }

    /// Applies a write; returns the records of its patches after the write, in the order of the patches.
    ///
    /// The count rises by one for the whole write, and only if a record changed.
    mutating func apply(
        _ patches: [Patch],
        rules: ServiceRules,
        by writer: String,
        at now: Timestamp
    ) throws(ServiceError) -> [Record] {
        let (next, overflow) = syncCount.addingReportingOverflow(1)
        guard !overflow else { throw .limitExceeded("the dataset's sync count is at its end") }
        let response = try plan(patches, rules: rules, count: next, by: writer, at: now)
        let changed = response.filter { $0.syncCount == next }
        guard !changed.isEmpty else { return response }
        try checkLimits(after: changed, rules: rules)
        changed.forEach { put($0) }
        syncCount = next
        lastModified = now
        lastModifiedBy = writer
        return response
    }

    private func plan(
        _ patches: [Patch],
        rules: ServiceRules,
        count: Int64,
        by writer: String,
        at now: Timestamp
    ) throws(ServiceError) -> [Record] {
        var seen: Set<RecordKey> = []
        var response: [Record] = []
        for patch in patches {
            guard seen.insert(patch.key).inserted else {
                throw .invalidParameter("Duplicate key in RecordPatches: \(patch.key.text)")
            }
            let (index, found) = position(of: patch.key)
            let current = found ? records[index] : nil
            let keeps = rules.sameValuePatch != .bumps && current?.hasValue(patch.value) == true
            if !keeps || rules.sameValuePatch == .keeps {
                try Self.check(patch, against: current, rules: rules)
            }
            if keeps, let current {
                response.append(current)
                continue
            }
            response.append(
                Record(
                    key: patch.key,
                    value: patch.value,
                    syncCount: count,
                    lastModified: now,
                    lastModifiedBy: writer,
                    deviceLastModified: rules.deviceDates == .kept
                        ? patch.deviceLastModified : now.advanced(by: Self.deviceDateDelay)
                )
            )
        }
        return response
    }

    /// The milliseconds from `LastModifiedDate` to the rewritten `DeviceLastModifiedDate`, as captured live.
    private static let deviceDateDelay: Int64 = 80

    private static func check(
        _ patch: Patch,
        against current: Record?,
        rules: ServiceRules
    ) throws(ServiceError) {
        guard let given = patch.syncCount else { return }
        let known = current?.syncCount ?? 0
        let isTombstone = current.map { $0.value == nil } ?? false
        if given == 0, isTombstone, rules.resurrection == .zeroToo { return }
        let conflicts =
            switch rules.conflict {
            case .lower: given < known
            case .unequal: given != known
            }
        if conflicts { throw .conflict(key: patch.key, current: known, given: given) }
    }

    private func checkLimits(after changed: [Record], rules: ServiceRules) throws(ServiceError) {
        var size = size
        var live = liveRecords
        for record in changed {
            let (index, found) = position(of: record.key)
            size += record.size - (found ? records[index].size : 0)
            live += record.value == nil ? 0 : 1
            if found, records[index].value != nil { live -= 1 }
        }
        if live > max(liveRecords, rules.recordsPerDataset) {
            throw .limitExceeded("Maximum number of records per dataset exceeded: \(rules.recordsPerDataset)")
        }
        if size > max(self.size, rules.datasetBytes) {
            throw .limitExceeded("Maximum dataset size exceeded: \(rules.datasetBytes) bytes")
        }
    }

    private mutating func put(_ record: Record) {
        let (index, found) = position(of: record.key)
        if found {
            size -= records[index].size
            if records[index].value != nil { liveRecords -= 1 }
            records[index] = record
        } else {
            records.insert(record, at: index)
        }
        size += record.size
        if record.value != nil { liveRecords += 1 }
    }
}
