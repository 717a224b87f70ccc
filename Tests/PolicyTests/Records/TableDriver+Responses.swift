import CognitoSync

@testable import Policy

/// What readers are answered with, and the checks of it.
extension TableDriver {
    mutating func derive(from state: CachedState, for reader: Reader) {
        guard let page = state.snapshot.render(reader.key, sessionToken: nil, nextToken: { String($0.index) })
        else {
            return reader.pagination == nil ? faults.append("a state that does not have the page") : ()
        }
        if page.next != nil { table.paginationStarted(in: state.snapshot, of: reader.key.dataset, now: now) }
        let retained = Page(body: page.body, next: page.next)
        let lease = table.keep(
            retained,
            for: reader.key,
            of: state.snapshot,
            cost: page.body.count,
            goodUntil: Instant(nanoseconds: .max)
        )
        if let lease { leases.append((lease, retained, reader.key, reader.dataset)) }
        if leases.count > 8 { leases.removeFirst() }
        deliver(retained, to: reader, age: state.age, from: state.snapshot)
    }

    /// A reader is answered with exactly the page of one state of the origin.
    ///
    /// Of none that is older than what was answered before the read began, and of one that was the present state
    /// `age` ago or later; pages of a walk are all of one.
    mutating func deliver(_ page: Page, to reader: Reader, age: Int64, from snapshot: DatasetSnapshot?) {
        let dataset = reader.dataset
        if let moment = remade[dataset] {
            let lenience = Self.fresh + limits.staleWhileRevalidate + limits.staleIfError
            if reader.begin < moment.advanced(byNanoseconds: lenience) { return }
        }
        if let pagination = reader.pagination { return goOn(pagination, with: page, reader) }
        let present = upstream[dataset].present.number
        var candidates: [Int] = []
        for number in min(reader.floor, present)...present {
            if let ended = upstream[dataset].history[number].endedAt, now.nanoseconds(since: ended) > age {
                continue
            }
            if upstream[dataset].page(of: number, for: reader.key) == page.body { candidates.append(number) }
        }
        guard let oldest = candidates.first else { return explain(page, to: reader, age: age) }
        floors[dataset] = max(floors[dataset], oldest)
        guard let next = page.next else { return }
        let pagination = PaginationRun(key: reader.key, dataset: dataset, candidates: candidates, next: next)
        if paginationRuns.count < 4 {
            paginationRuns.append(pagination)
        } else {
            paginationRuns[random.below(4)] = pagination
        }
    }

    private mutating func goOn(_ pagination: Int, with page: Page, _ reader: Reader) {
        // Another walk may have taken its place while this page was fetched.
        guard reader.key.cursor == paginationRuns[pagination].next,
            reader.key.dataset == paginationRuns[pagination].key.dataset
        else {
            return
        }
        let candidates = paginationRuns[pagination].candidates.filter {
            upstream[reader.dataset].page(of: $0, for: reader.key) == page.body
        }
        if candidates.isEmpty { faults.append("a walk through more than one state") }
        counts.walked += 1
        paginationRuns[pagination].candidates = candidates
        if let next = page.next { paginationRuns[pagination].next = next }
    }

    /// The answer of the origin itself, which a call brought for this very question.
    mutating func deliverRaw(_ call: Call, to reader: Reader) {
        counts.raw += 1
        if call.number < reader.floor, remade[call.dataset] == nil {
            faults.append("joined a call that had seen an older state")
        }
        floors[call.dataset] = max(floors[call.dataset], call.number)
    }

    private mutating func explain(_ page: Page, to reader: Reader, age: Int64) {
        let history = upstream[reader.dataset].history
        var model = upstream[reader.dataset]
        let number = history.indices.last { model.page(of: $0, for: reader.key) == page.body }
        let text = String(decoding: page.body, as: UTF8.self)
        guard let number else { return faults.append("no state was ever like this: \(text)") }
        faults.append(
            number < reader.floor
                ? "older than what was answered before: state \(number) instead of \(reader.floor)"
                : "older than it says: \(age) ns"
        )
    }
}
