import CognitoSync

/// The datasets of a shard, found by scope and by identity, and the bytes of each identity.
///
/// - A scope has one handle, and the handle one entry.
/// - An identity is known exactly while it has a dataset here.
struct DatasetIndex: Sendable {
    private struct Owner: Sendable {
        var datasets: [Int] = []
        var bytes = 0
    }

    private var entries = Slab<DatasetEntry>()
    private var handles: [DatasetScope: Int] = [:]
    private var owners: [IdentityScope: Owner] = [:]
    /// The position of each dataset in the list of its owner.
    private var positions: [Int] = []

    /// All handles in use; linear in the number of datasets.
    var all: [Int] { entries.handles }

    @inline(__always)
    func handle(of scope: DatasetScope) -> Int? { handles[scope] }

    @inline(__always)
    subscript(_ dataset: Int) -> DatasetEntry? { entries[dataset] }

    @discardableResult
    mutating func update<Result>(
        _ dataset: Int,
        _ change: (inout DatasetEntry) -> Result
    ) -> Result? {
        entries.update(dataset, change)
    }

    /// Returns the handle of a scope, made if it is new.
    mutating func make(_ scope: DatasetScope, now: Stamp) -> Int {
        if let known = handles[scope] { return known }
        let dataset = entries.insert(DatasetEntry(scope: scope, now: now))
        handles[scope] = dataset
        while positions.count <= dataset { positions.append(0) }
        positions[dataset] = owners[scope.owner]?.datasets.count ?? 0
        owners[scope.owner, default: Owner()].datasets.append(dataset)
        return dataset
    }

    /// Forgets a dataset, whose bytes have been taken off its owner.
    mutating func remove(_ dataset: Int) {
        guard let scope = entries[dataset]?.scope else { return }
        handles[scope] = nil
        entries.remove(dataset)
        // The last one fills the gap.
        let position = positions[dataset]
        guard let last = owners[scope.owner]?.datasets.popLast() else { return }
        if last != dataset {
            owners[scope.owner]?.datasets[position] = last
            positions[last] = position
        }
        if owners[scope.owner]?.datasets.isEmpty ?? false { owners[scope.owner] = nil }
    }

    func datasets(of owner: IdentityScope) -> [Int] { owners[owner]?.datasets ?? [] }

    func bytes(of owner: IdentityScope) -> Int { owners[owner]?.bytes ?? 0 }

    mutating func addBytes(_ bytes: Int, to owner: IdentityScope) { owners[owner]?.bytes += bytes }
}
