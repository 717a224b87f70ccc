import CognitoSync
import TestSupport

@testable import Policy

/// Responses to readers, and the checks of them.
extension TableDriver {
    mutating func derive(from state: CachedState, for reader: Reader) {
        guard let page = state.snapshot.render(reader.key, sessionToken: nil, nextToken: { String($0.index) })
        else {
            return reader.pagination == nil ? faults.append("a state that does not have the page") : ()
        }
        if page.next != nil { table.paginationStarted(in: state.snapshot, of: reader.key.dataset, now: now) }
        let rendered = Page(body: page.body, next: page.next)
        let lease = table.keep(
            rendered,
            for: reader.key,
            of: state.snapshot,
            cost: page.body.count,
            goodUntil: Instant(nanoseconds: .max)
        )
        if let lease { leases.append((lease, rendered, reader.key, reader.dataset)) }
        if leases.count > 8 { leases.removeFirst() }
        deliver(rendered, to: reader, age: state.age, from: state.snapshot)
    }

    /// Checks that a reader gets exactly the page of one upstream state.
    ///
    /// That state is not older than what was shown before the read began. It was the present one `age` ago or later.
    /// The pages of a pagination are all of one state.
    mutating func deliver(_ page: Page, to reader: Reader, age: Int64, from snapshot: DatasetSnapshot?) {
        let dataset = reader.dataset
        checkOwnWrite(page, reader)
        if let moment = remade[dataset] {
            let lenience =
                Self.fresh + limits.identityCheck + limits.staleWhileRevalidate + limits.staleIfError
            if reader.begin < moment.advanced(byNanoseconds: lenience) { return }
        }
        if let pagination = reader.pagination { return checkPagination(pagination, page, reader) }
        let present = upstream[dataset].present.number
        var candidates: [Int] = []
        for number in min(reader.floor, present)...present {
            if let ended = upstream[dataset].history[number].endedAt, now.nanoseconds(since: ended) > age {
                continue
            }
            if upstream[dataset].page(of: number, for: reader.key) == page.body { candidates.append(number) }
        }
        guard let oldest = candidates.first else { return reportFault(page, to: reader, age: age) }
        floors[dataset] = max(floors[dataset], oldest)
        guard let next = page.next else { return }
        let pagination = Pagination(key: reader.key, dataset: dataset, candidates: candidates, next: next)
        if paginations.count < 4 {
            paginations.append(pagination)
        } else {
            paginations[random.below(4)] = pagination
        }
    }

    /// Checks that a whole listing has the last write through the gateway, whatever others did to the dataset before.
    ///
    /// A stale state and one that stands in for an error may be from before.
    private mutating func checkOwnWrite(_ page: Page, _ reader: Reader) {
        guard let own = reader.own, reader.key.since == 0, reader.key.maxResults == nil,
            reader.pagination == nil,
            !options.servesStale
        else { return }
        let later = upstream[reader.dataset].history[own.number...]
        for record in own.changed where record.value != nil {
            guard later.allSatisfy({ $0.records.contains(record) }) else { continue }
            if Array(page.body).firstRange(of: Array(record.json.utf8)) == nil {
                faults.append("a write that was answered is not seen: \(record.json)")
            }
        }
    }

    private mutating func checkPagination(_ pagination: Int, _ page: Page, _ reader: Reader) {
        // Another pagination may have taken its place while this page was fetched.
        guard reader.key.cursor == paginations[pagination].next,
            reader.key.dataset == paginations[pagination].key.dataset
        else {
            return
        }
        let candidates = paginations[pagination].candidates.filter {
            upstream[reader.dataset].page(of: $0, for: reader.key) == page.body
        }
        if candidates.isEmpty { faults.append("a pagination of more than one state") }
        counts.continued += 1
        paginations[pagination].candidates = candidates
        if let next = page.next { paginations[pagination].next = next }
    }

    /// Checks a response of upstream itself, which a fetch brought for this very key.
    mutating func deliverRaw(_ fetch: PendingFetch, to reader: Reader) {
        counts.raw += 1
        if fetch.number < reader.floor, remade[fetch.dataset] == nil {
            faults.append("joined a fetch that had seen an older state")
        }
        floors[fetch.dataset] = max(floors[fetch.dataset], fetch.number)
    }

    private mutating func reportFault(_ page: Page, to reader: Reader, age: Int64) {
        let history = upstream[reader.dataset].history
        var model = upstream[reader.dataset]
        let number = history.indices.last { model.page(of: $0, for: reader.key) == page.body }
        let text = String(decoding: page.body, as: UTF8.self)
        guard let number else { return faults.append("no state was ever like this: \(text)") }
        faults.append(
            number < reader.floor
                ? "older than what was shown before: state \(number) instead of \(reader.floor)"
                : "older than its age: \(age) ns"
        )
    }
}
