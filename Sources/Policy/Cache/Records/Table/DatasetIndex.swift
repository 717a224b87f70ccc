import CognitoSync

/// Datasets and owners: made when something needs them, forgotten when nothing does.
extension RecordsTable {
    mutating func dataset(of scope: DatasetScope) -> Int {
        if let known = datasetOfScope[scope] { return known }
        var entry = Entry(scope: scope, now: clock)
        entry.position = owners[scope.owner, default: OwnerEntry()].append(datasets.nextHandle)
        let dataset = datasets.insert(entry)
        datasetOfScope[scope] = dataset
        return dataset
    }

    /// Forgets a dataset without state, call or write: whoever asks next starts a call that sees all that
    /// happened.
    mutating func forgetIfIdle(_ dataset: Int) {
        guard let entry = datasets[dataset], entry.isIdle else { return }
        datasetOfScope[entry.scope] = nil
        datasets.remove(dataset)
        let moved = owners[entry.scope.owner]?.remove(at: entry.position)
        if let moved { datasets[moved]?.position = entry.position }
        if owners[entry.scope.owner]?.datasets.isEmpty ?? false { owners[entry.scope.owner] = nil }
    }
}
