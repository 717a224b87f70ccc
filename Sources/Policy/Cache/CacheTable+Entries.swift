import CognitoSync

/// Slots, datasets and owners: made when something needs them, forgotten when nothing does.
extension CacheTable {
    mutating func makeSlot(_ key: PageKey) -> Int {
        let dataset = datasetOfScope[key.dataset] ?? makeDataset(key.dataset)
        let slot = slots.insert(Slot(key: key, dataset: dataset))
        slotOfKey[key] = slot
        return slot
    }

    private mutating func makeDataset(_ scope: DatasetScope) -> Int {
        let entry = DatasetEntry(scope: scope, newest: nil, voided: clock, changed: clock, position: 0)
        let dataset = datasets.insert(entry)
        datasets[dataset]?.position = owners[scope.owner, default: OwnerEntry()].append(dataset)
        datasetOfScope[scope] = dataset
        return dataset
    }

    /// Forgets a slot without page and fetch.
    mutating func discardIfEmpty(_ slot: Int) {
        guard let key = slots[slot]?.key, slots[slot]?.stored == nil, slots[slot]?.inTheAir == nil else {
            return
        }
        slotOfKey[key] = nil
        slots.remove(slot)
    }

    /// Forgets a dataset without page and fetch: whoever asks next starts a fetch that sees all that
    /// happened.
    mutating func forgetIfEmpty(_ dataset: Int) {
        guard let entry = datasets[dataset], entry.pages.isEmpty, entry.flights == 0 else { return }
        datasetOfScope[entry.scope] = nil
        datasets.remove(dataset)
        let moved = owners[entry.scope.owner]?.remove(at: entry.position)
        if let moved { datasets[moved]?.position = entry.position }
        if owners[entry.scope.owner]?.datasets.isEmpty ?? false { owners[entry.scope.owner] = nil }
    }

    /// Forgets what a landed fetch leaves behind.
    mutating func tidy(dataset: Int, key: PageKey) {
        if let slot = slotOfKey[key] { discardIfEmpty(slot) }
        forgetIfEmpty(dataset)
    }
}
