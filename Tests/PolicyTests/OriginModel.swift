import Policy

/// One dataset at an origin whose reads and writes take effect at one moment each.
///
/// Keeps every state that the dataset ever had. A state's number is its place in that history: the truth
/// about what is older, which sync counts only hint at.
struct OriginModel {
    struct State {
        let number: Int
        let syncCount: Int64
        let exists: Bool
        var endedAt: Instant?
    }

    /// How the origin counts when a dataset is made anew.
    enum Counting {
        case fromOne
        /// Every incarnation stays below the one before: a count that went up never hides a new incarnation.
        case belowTheLast
    }

    private(set) var history: [State]
    private let counting: Counting
    private var incarnations = 1

    init(counting: Counting) {
        self.counting = counting
        history = [State(number: 0, syncCount: 0, exists: false)]
    }

    var present: State { history[history.count - 1] }

    var facts: PageFacts { PageFacts(syncCount: present.syncCount, exists: present.exists) }

    mutating func write(now: Instant) {
        become(syncCount: present.exists ? present.syncCount + 1 : firstCount(), exists: true, now: now)
    }

    mutating func delete(now: Instant) {
        guard present.exists else { return }
        become(syncCount: 0, exists: false, now: now)
    }

    mutating func remake(now: Instant) {
        guard present.exists else { return }
        become(syncCount: firstCount(), exists: true, now: now)
    }

    private mutating func firstCount() -> Int64 {
        incarnations += 1
        return switch counting {
        case .fromOne: 1
        case .belowTheLast: 1_000_000_000_000 - Int64(incarnations) * 1_000_000
        }
    }

    private mutating func become(syncCount: Int64, exists: Bool, now: Instant) {
        history[history.count - 1].endedAt = now
        history.append(State(number: history.count, syncCount: syncCount, exists: exists))
    }
}
