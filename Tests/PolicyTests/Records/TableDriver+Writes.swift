import CognitoSync

@testable import Policy

extension TableDriver {
    mutating func startWrite() {
        let dataset = someDataset()
        writes.append(
            Write(
                ticket: table.writeStarted(scopes[dataset], now: now),
                dataset: dataset,
                outcome: !random.chance(oneIn: 3)
                    ? .applied : Write.Outcome.allCases[random.below(Write.Outcome.allCases.count)]
            )
        )
    }

    /// A write takes effect at the origin; a late one, after its caller has given up on it.
    mutating func applyWrite() {
        guard !writes.isEmpty else { return }
        let write = random.below(writes.count)
        let dataset = writes[write].dataset
        guard writes[write].number == nil else { return }
        switch writes[write].outcome {
        case .applied, .silent, .lostAndApplied: writes[write].changed = writeAtOrigin(dataset)
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
        let isAnswered = write.outcome == .applied || write.outcome == .silent || write.outcome == .conflict
        if isAnswered || write.outcome == .lostAndApplied, write.number == nil { return }
        if write.outcome == .lostAndLate, isBeingDeleted(write.dataset) { return }
        writes.remove(at: position)
        if let ticket = write.ticket, options.sabotage != .writesDoNotEnd {
            let before = table.known(of: ticket.scope)?.syncCount
            table.writeEnded(ticket, outcome: outcome, now: now)
            if before != table.known(of: ticket.scope)?.syncCount { counts.merged += 1 }
        }
        if write.outcome == .lostAndLate { _ = writeAtOrigin(write.dataset) }
        if isAnswered, let number = write.number {
            floors[write.dataset] = max(floors[write.dataset], number)
        }
    }

    private mutating func writeAtOrigin(_ dataset: Int) -> [SampleRecord] {
        let number = upstream[dataset].history.count
        let first = random.below(3)
        let keys = random.chance(oneIn: 3) ? [first, (first + 1) % 3].sorted() : [first]
        let patches = keys.map { key in
            (["a", "b", "c"][key], random.chance(oneIn: 4) ? nil : "\(number)" as String?)
        }
        let changed = upstream[dataset].write(patches, now: now)
        news[dataset].append((number, changed))
        return changed
    }

    mutating func delete() {
        let dataset = someDataset()
        if options.sabotage != .deletesAreNotTold { table.deletionStarted(scopes[dataset].owner) }
        deletes.append(
            Write(
                ticket: nil,
                dataset: dataset,
                outcome: random.chance(oneIn: 4) ? .lostAndApplied : .applied
            )
        )
    }

    mutating func progressDelete() {
        guard let delete = deletes.last else { return }
        let dataset = delete.dataset
        guard delete.number != nil else {
            upstream[dataset].delete(now: now)
            deletes[deletes.count - 1].number = upstream[dataset].present.number
            // What is told of a dataset after another has come in its place cannot be told from news of that.
            if options.counting == .restarts { news[dataset] = [] }
            return
        }
        deletes.removeLast()
        if options.sabotage != .deletesAreNotTold { table.deletionEnded(scopes[dataset].owner) }
        guard delete.outcome == .applied, let number = delete.number else { return }
        floors[dataset] = max(floors[dataset], number)
    }

    /// Somebody goes round the gateway.
    mutating func meddle() {
        let dataset = someDataset()
        if isBeingDeleted(dataset) { return }
        guard options.weather == .remakers, random.chance(oneIn: 4) else {
            _ = writeAtOrigin(dataset)
            return
        }
        let count = upstream[dataset].present.syncCount
        upstream[dataset].delete(now: now)
        remade[dataset] = now
        guard random.chance(oneIn: 2) else { return }
        for _ in 0..<max(1, Int(count) - 1 + random.below(3)) { _ = writeAtOrigin(dataset) }
    }

    /// The stream tells of a write, in order or not, or leaves one out.
    mutating func tell() throws {
        let dataset = someDataset()
        guard !news[dataset].isEmpty else { return }
        let event = news[dataset].remove(at: random.chance(oneIn: 4) ? random.below(news[dataset].count) : 0)
        if random.chance(oneIn: 8) { return }
        guard let change = try recordChange(event.changed) else { return }
        let before = table.known(of: scopes[dataset])?.syncCount
        let outcome = table.streamed(
            random.chance(oneIn: 8) ? nil : change,
            of: scopes[dataset],
            syncCount: change.syncCount,
            now: now
        )
        if outcome == .merged, before == table.known(of: scopes[dataset])?.syncCount {
            // Too large to be held now: the table let it go.
            if before != nil { faults.append("merged, and nothing has changed") }
        }
        floors[dataset] = max(floors[dataset], event.number)
    }

    private func isBeingDeleted(_ dataset: Int) -> Bool {
        options.weather == .writers && deletes.contains { $0.dataset == dataset && $0.number != nil }
    }
}
