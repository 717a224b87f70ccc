/// The facts of one dataset by which the fence judges an event.
struct FenceFacts: Sendable {
    var cached: CachedDataset?
    /// A fetch that was sent at this moment or before is fenced.
    var invalidated: Stamp
    /// The moment at which the cached state began, or was last shown, doubted or invalidated.
    var changed: Stamp
    /// Whether a DeleteDataset of the identity is in flight.
    var isBeingDeleted = false
    var limits: RecordsLimits
}

extension FenceFacts {
    init(_ entry: DatasetEntry, isBeingDeleted: Bool, limits: RecordsLimits) {
        self.init(
            cached: entry.cached,
            invalidated: entry.invalidated,
            changed: entry.changed,
            isBeingDeleted: isBeingDeleted,
            limits: limits
        )
    }
}
