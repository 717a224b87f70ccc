import CognitoSync

/// The slots of a shard, found by key and by group.
///
/// A key has one handle, and the handle one slot; a group is known exactly while it has a slot.
struct MetadataSlots<Response: Sendable>: Sendable {
    struct Stored: Sendable {
        let response: Response
        /// The moment at which its fetch was sent.
        let start: Instant
        let stamp: Stamp
    }

    /// The facts of one key.
    ///
    /// Forgotten with the last of its response and its fetch. A slot that is made later starts with a younger `changed`
    /// than any fetch that was sent before.
    struct Slot: Sendable {
        let key: MetadataKey
        /// The last moment at which a caller was shown something new of the key.
        fileprivate(set) var changed: Stamp
        fileprivate(set) var stored: Stored?
    }

    private var slots = Slab<Slot>()
    private var handles: [MetadataKey: Int] = [:]
    private var groups: [MetadataGroup: Set<Int>] = [:]

    var isEmpty: Bool { slots.count == 0 && handles.isEmpty && groups.isEmpty }

    /// All handles in use; linear in the number of slots.
    var all: [Int] { slots.handles }

    func handle(of key: MetadataKey) -> Int? { handles[key] }

    subscript(_ slot: Int) -> Slot? { slots[slot] }

    func slots(in group: MetadataGroup) -> Set<Int> { groups[group] ?? [] }

    /// Returns the handle of a key, made if it is new.
    mutating func make(_ key: MetadataKey, now: Stamp) -> Int {
        if let known = handles[key] { return known }
        let slot = slots.insert(Slot(key: key, changed: now))
        handles[key] = slot
        groups[key.group, default: []].insert(slot)
        return slot
    }

    mutating func store(_ response: Response, of token: MetadataFetchToken, in slot: Int) {
        _ = slots.update(slot) {
            $0.stored = Stored(response: response, start: token.start, stamp: token.stamp)
        }
    }

    mutating func dropResponse(of slot: Int) {
        _ = slots.update(slot) { $0.stored = nil }
    }

    mutating func recordChange(of slot: Int, at moment: Stamp) {
        _ = slots.update(slot) { $0.changed = moment }
    }

    mutating func remove(_ slot: Int) {
        guard let key = slots[slot]?.key else { return }
        handles[key] = nil
        slots.remove(slot)
        groups[key.group]?.remove(slot)
        if groups[key.group]?.isEmpty ?? false { groups[key.group] = nil }
    }
}
