import CognitoSync

/// What a shard knows of one dataset while it holds a page or a fetch of it.
///
/// Forgotten with the last of them; what is made anew later starts with a younger `voided`, so an answer that
/// left before cannot be stored.
struct DatasetEntry: Sendable {
    let scope: DatasetScope
    /// The version that all its pages have; nil while nothing certain is known, and then it has no pages.
    var newest: DatasetVersion?
    /// An answer that left at this moment or before is fenced: it may not show what happened then.
    var voided: Stamp
    /// When the newest version was learned or forgotten; never before `voided`.
    ///
    /// A fetch that left at this moment or before may not show what somebody has been answered with, so a
    /// reader who comes now may not join it.
    var changed: Stamp
    /// Handles of the slots that hold its pages, oldest first.
    var pages: [Int] = []
    /// How many of its slots have a fetch in the air.
    var flights = 0
    /// Where it stands in its owner's list.
    var position: Int
}

/// What a shard knows of one identity: which datasets it holds of it, and how many bytes they take.
struct OwnerEntry: Sendable {
    private(set) var datasets: [Int] = []
    var bytes = 0

    /// Where it now stands.
    mutating func append(_ dataset: Int) -> Int {
        datasets.append(dataset)
        return datasets.count - 1
    }

    /// Fills the gap with the last one, and says which that is if there is a gap.
    mutating func remove(at position: Int) -> Int? {
        guard let last = datasets.popLast(), position < datasets.count else { return nil }
        datasets[position] = last
        return last
    }
}

/// The place of one key: a page, a fetch in the air, or both.
struct Slot<Page: Sendable, Flight: Sendable>: Sendable {
    struct Stored: Sendable {
        let page: Page
        let isAbsent: Bool
        /// When the fetch that brought or confirmed it began.
        let confirmedAt: Instant
        let cost: Int
    }

    struct InTheAir: Sendable {
        let flight: Flight
        let stamp: Stamp
        let start: Instant
    }

    let key: PageKey
    let dataset: Int
    var stored: Stored?
    var inTheAir: InTheAir?
}
