import CognitoSync

/// The DeleteDatasets in flight, counted by identity.
struct PendingDeletions: Sendable {
    private var counts: [IdentityScope: Int] = [:]

    func contains(_ owner: IdentityScope) -> Bool { counts[owner] != nil }

    mutating func start(_ owner: IdentityScope) { counts[owner, default: 0] += 1 }

    mutating func end(_ owner: IdentityScope) {
        let others = (counts[owner] ?? 1) - 1
        counts[owner] = others > 0 ? others : nil
    }
}
