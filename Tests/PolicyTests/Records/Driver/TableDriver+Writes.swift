import CognitoSync
import TestSupport

@testable import Policy

/// Writes and deletions through the gateway and past it, and the events of a stream.
extension TableDriver {
    mutating func startWrite() {
        let dataset = someDataset()
        writes.append(
            Write(
                token: table.writeStarted(scopes[dataset]),
                dataset: dataset,
                outcome: !random.chance(oneIn: 3)
                    ? .applied : Write.Outcome.allCases[random.below(Write.Outcome.allCases.count)]
            )
        )
    }

    /// Lets a write take effect upstream; a late one does so after its caller has given up.
    mutating func applyWrite() {
        guard !writes.isEmpty else { return }
        let write = random.below(writes.count)
        let dataset = writes[write].dataset
        guard writes[write].number == nil else { return }
        switch writes[write].outcome {
        case .applied, .silent, .lostAndApplied: writes[write].changed = writeUpstream(dataset)
        case .conflict: break
        case .rejected, .lost, .lostAndLate: return
        }
        writes[write].number = upstream[dataset].present.number
    }

    mutating func endWrite() throws {
        guard !writes.isEmpty else { return }
        let position = random.below(writes.count)
        let write = writes[position]
        let outcome: WriteOutcome
        switch write.outcome {
        case .applied: outcome = .applied(try recordChange(write.changed))
        case .silent: outcome = .applied(nil)
        case .rejected: outcome = .rejected
        case .conflict: outcome = .conflict
        case .lost, .lostAndApplied, .lostAndLate: outcome = .unknown
        }
        let hasResponse = write.outcome == .applied || write.outcome == .silent || write.outcome == .conflict
        if hasResponse || write.outcome == .lostAndApplied, write.number == nil { return }
        if write.outcome == .lostAndLate, isBeingDeleted(write.dataset) { return }
        writes.remove(at: position)
        if let token = write.token, options.sabotage != .writesDoNotEnd {
            let before = table.syncCount(of: token.scope)
            table.writeEnded(token, outcome: outcome, now: now)
            if before != table.syncCount(of: token.scope) { counts.merged += 1 }
        }
        if write.outcome == .lostAndLate { _ = writeUpstream(write.dataset) }
        if hasResponse, write.outcome != .conflict, let number = write.number,
            own[write.dataset]?.number ?? 0 < number
        {
            own[write.dataset] = OwnWrite(number: number, changed: write.changed)
        }
        if hasResponse, let number = write.number {
            floors[write.dataset] = max(floors[write.dataset], number)
        }
    }

    private mutating func writeUpstream(_ dataset: Int) -> [SampleRecord] {
        let number = upstream[dataset].history.count
        let first = random.below(3)
        let keys = random.chance(oneIn: 3) ? [first, (first + 1) % 3].sorted() : [first]
        let patches = keys.map { key in
            (["a", "b", "c"][key], random.chance(oneIn: 4) ? nil : "\(number)" as String?)
        }
        let changed = upstream[dataset].write(patches, now: now)
        events[dataset].append((number, changed))
        return changed
    }

    mutating func startDeletion() {
        let dataset = someDataset()
        if options.sabotage != .deletionsAreNotStarted { table.deletionStarted(scopes[dataset].owner) }
        deletions.append(
            Write(
                token: nil,
                dataset: dataset,
                outcome: random.chance(oneIn: 4) ? .lostAndApplied : .applied
            )
        )
    }

    mutating func progressDeletion() {
        guard let deletion = deletions.last else { return }
        let dataset = deletion.dataset
        guard deletion.number != nil else {
            upstream[dataset].delete(now: now)
            deletions[deletions.count - 1].number = upstream[dataset].present.number
            return
        }
        deletions.removeLast()
        if options.sabotage != .deletionsAreNotStarted { table.deletionEnded(scopes[dataset].owner) }
        guard deletion.outcome == .applied, let number = deletion.number else { return }
        floors[dataset] = max(floors[dataset], number)
    }

    /// Lets another writer bypass the gateway.
    mutating func changePastTheGateway() {
        let dataset = someDataset()
        if isBeingDeleted(dataset) { return }
        guard options.weather == .remakers, random.chance(oneIn: 4) else {
            _ = writeUpstream(dataset)
            return
        }
        let count = upstream[dataset].present.syncCount
        upstream[dataset].delete(now: now)
        remade[dataset] = now
        guard random.chance(oneIn: 2) else { return }
        for _ in 0..<max(1, Int(count) - 1 + random.below(3)) { _ = writeUpstream(dataset) }
    }

    /// Delivers an event of the stream, in order or not, or leaves one out.
    mutating func deliverEvent() throws {
        let dataset = someDataset()
        guard !events[dataset].isEmpty else { return }
        let event = events[dataset].remove(
            at: random.chance(oneIn: 4) ? random.below(events[dataset].count) : 0
        )
        if random.chance(oneIn: 8) { return }
        guard let change = try recordChange(event.changed) else { return }
        let before = table.syncCount(of: scopes[dataset])
        let outcome = table.streamed(
            random.chance(oneIn: 8) ? nil : change,
            of: scopes[dataset],
            now: now
        )
        if outcome == .merged, let before, before == table.syncCount(of: scopes[dataset]) {
            faults.append("merged, and nothing has changed")
        }
        floors[dataset] = max(floors[dataset], event.number)
    }

    private func isBeingDeleted(_ dataset: Int) -> Bool {
        options.weather == .writers && deletions.contains { $0.dataset == dataset && $0.number != nil }
    }
}
