import CognitoSync
import Policy

extension CacheDriver {
    mutating func startWrite() {
        let dataset = random.below(scopes.count)
        writes.append(
            Write(
                ticket: table.writeStarted(scopes[dataset]),
                dataset: dataset,
                fate: Write.Fate.allCases[random.below(Write.Fate.allCases.count)]
            )
        )
    }

    /// A write takes effect at the origin; a late one, after its caller has given up on it.
    mutating func applyWrite() {
        guard !writes.isEmpty else { return }
        let write = random.below(writes.count)
        let dataset = writes[write].dataset
        switch writes[write].fate {
        case .applied, .silent, .lostAndApplied:
            guard writes[write].number == nil, !isBeingDeleted(dataset) else { return }
            origin[dataset].write(now: now)
        case .conflict: break
        case .rejected, .lost, .lostAndLate: return
        }
        writes[write].number = origin[dataset].present.number
        writes[write].count = origin[dataset].present.syncCount
    }

    mutating func endWrite() {
        guard !writes.isEmpty else { return }
        let position = random.below(writes.count)
        let write = writes[position]
        let outcome: WriteOutcome
        switch write.fate {
        case .applied: outcome = .applied(newest: write.count)
        case .silent: outcome = .applied(newest: nil)
        case .rejected: outcome = .rejected
        case .conflict: outcome = .conflict
        case .lost, .lostAndApplied, .lostAndLate: outcome = .unknown
        }
        let hasEffect = write.fate == .applied || write.fate == .silent || write.fate == .conflict
        if hasEffect || write.fate == .lostAndApplied, write.number == nil { return }
        if write.fate == .lostAndLate, isBeingDeleted(write.dataset) { return }
        writes.remove(at: position)
        if let ticket = write.ticket, sabotage != .writesDoNotEnd {
            _ = table.writeEnded(ticket, outcome: outcome)
        }
        if write.fate == .lostAndLate { origin[write.dataset].write(now: now) }
        if hasEffect, let number = write.number {
            written[write.dataset] = max(written[write.dataset], number)
        }
    }

    mutating func delete() {
        let dataset = random.below(scopes.count)
        if sabotage != .deletesAreNotTold { _ = table.identityChanged(scopes[dataset].owner) }
        deletes.append(
            Write(ticket: nil, dataset: dataset, fate: random.chance(oneIn: 4) ? .lostAndApplied : .applied)
        )
    }

    mutating func progressDelete() {
        guard let delete = deletes.last else { return }
        let dataset = delete.dataset
        guard delete.number != nil else {
            origin[dataset].delete(now: now)
            deletes[deletes.count - 1].number = origin[dataset].present.number
            return
        }
        deletes.removeLast()
        if sabotage != .deletesAreNotTold { _ = table.identityChanged(scopes[dataset].owner) }
        guard delete.fate == .applied, let number = delete.number else { return }
        written[dataset] = max(written[dataset], number)
    }

    /// Somebody goes round the gateway.
    mutating func meddle() {
        let dataset = random.below(scopes.count)
        if isBeingDeleted(dataset) { return }
        switch (weather, random.below(4)) {
        case (.writers, _), (_, 0), (_, 1): origin[dataset].write(now: now)
        case (.remakers, _), (.anything, 2): origin[dataset].remake(now: now)
        case (.anything, _): origin[dataset].delete(now: now)
        }
    }

    private func isBeingDeleted(_ dataset: Int) -> Bool {
        weather != .anything && deletes.contains { $0.dataset == dataset && $0.number != nil }
    }
}
