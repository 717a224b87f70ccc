import CognitoSync

@testable import Policy

/// What readers are answered with, and the checks of it.
extension CacheDriver {
    mutating func derive(from state: HeldState, for reader: Reader) {
        guard let page = state.copy.render(reader.key, sessionToken: nil, nextToken: { String($0.index) })
        else {
            return reader.walk == nil ? faults.append("a state that does not have the page") : ()
        }
        if page.next != nil { table.walkBegan(in: state.copy, of: reader.key.dataset, now: now) }
        let kept = Page(body: page.body, next: page.next)
        let lease = table.keep(
            kept,
            for: reader.key,
            of: state.copy,
            cost: page.body.count,
            goodUntil: Instant(nanoseconds: .max)
        )
        if let lease { leases.append((lease, kept, reader.key, reader.dataset)) }
        if leases.count > 8 { leases.removeFirst() }
        deliver(kept, to: reader, age: state.age, from: state.copy)
    }

    /// A reader is answered with exactly the page of one state of the origin.
    ///
    /// Of none that is older than what was answered before the read began, and of one that was the present state
    /// `age` ago or later; pages of a walk are all of one.
    mutating func deliver(_ page: Page, to reader: Reader, age: Int64, from copy: DatasetCopy?) {
        let dataset = reader.dataset
        if let moment = remade[dataset] {
            let lenience = Self.fresh + limits.staleWhileRevalidate + limits.staleIfError
            if reader.begin < moment.advanced(byNanoseconds: lenience) { return }
        }
        if let walk = reader.walk { return goOn(walk, with: page, reader) }
        let present = origin[dataset].present.number
        var candidates: [Int] = []
        for number in min(reader.floor, present)...present {
            if let ended = origin[dataset].history[number].endedAt, now.nanoseconds(since: ended) > age {
                continue
            }
            if origin[dataset].page(of: number, for: reader.key) == page.body { candidates.append(number) }
        }
        guard let oldest = candidates.first else { return explain(page, to: reader, age: age) }
        floors[dataset] = max(floors[dataset], oldest)
        guard let next = page.next else { return }
        let walk = Walk(key: reader.key, dataset: dataset, candidates: candidates, next: next)
        if walks.count < 4 { walks.append(walk) } else { walks[random.below(4)] = walk }
    }

    private mutating func goOn(_ walk: Int, with page: Page, _ reader: Reader) {
        // Another walk may have taken its place while this page was fetched.
        guard reader.key.place == walks[walk].next, reader.key.dataset == walks[walk].key.dataset else {
            return
        }
        let candidates = walks[walk].candidates.filter {
            origin[reader.dataset].page(of: $0, for: reader.key) == page.body
        }
        if candidates.isEmpty { faults.append("a walk through more than one state") }
        counts.walked += 1
        walks[walk].candidates = candidates
        if let next = page.next { walks[walk].next = next }
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
        let history = origin[reader.dataset].history
        var model = origin[reader.dataset]
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
