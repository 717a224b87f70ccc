import CognitoSync
import TestSupport

@testable import Policy

/// Fetches: their effect upstream, and their completion.
extension TableDriver {
    /// Lets a fetch take effect: first its listing, then, where the table wants to know, the incarnation check.
    mutating func takeEffect() throws {
        guard let fetch = someFetch(where: { $0.seen == nil || $0.incarnation == nil }) else { return }
        let model = upstream[fetches[fetch].dataset]
        guard fetches[fetch].seen != nil else { return try list(model, for: fetch) }
        guard let base = revalidationBase(of: fetches[fetch]) else { return }
        let created = model.present.created
        let date = Array(String(created).utf8)
        let facts = base.incarnation
        let isSame = facts.creationDate.map { $0 == date } ?? (created <= facts.firstSeen ?? -1)
        fetches[fetch].incarnation =
            model.present.exists && isSame ? .same(creationDate: date) : .doubtful
    }

    private mutating func list(_ model: UpstreamModel, for fetch: Int) throws {
        fetches[fetch].number = model.present.number
        guard let listing = model.listing(since: fetches[fetch].since) else {
            fetches[fetch].seen = .noSuchCount
            fetches[fetch].incarnation = .notChecked
            return
        }
        let seen = try listing.seen(since: fetches[fetch].since)
        fetches[fetch].seen = .listing(seen, try listing.page(), at: model.clock)
        let isChecked = revalidationBase(of: fetches[fetch]).map { $0.needsCreationDate(after: seen) }
        if isChecked != true || options.sabotage == .incarnationIsNotChecked {
            fetches[fetch].incarnation = .notChecked
        }
    }

    private func revalidationBase(of fetch: PendingFetch) -> RevalidationBase? {
        if case .shared(let token) = fetch.kind { token.plan.revalidationBase } else { nil }
    }

    mutating func complete() throws {
        fetches.removeAll { $0.isLost && now.nanoseconds(since: $0.start) > 2 * Self.fetchLimit }
        let ready = someFetch(where: { $0.seen != nil && $0.incarnation != nil && !$0.isLost })
        guard let ready else { return }
        let fetch = fetches.remove(at: ready)
        guard let seen = fetch.seen, let incarnation = fetch.incarnation else { return }
        defer { if case .shared = fetch.kind { wakeQueued(in: fetch.dataset) } }
        switch (fetch.kind, seen) {
        case (.bypass(let token), .listing(let seen, _, _)):
            if options.sabotage != .bypassesTeachNothing { table.learn(seen, by: token) }
            for reader in fetch.readers { deliverRaw(fetch, to: reader) }
        case (.bypass(let token), .noSuchCount):
            let message = "No such SyncCount: \(fetch.since)"
            table.learn(UnknownCount(count: fetch.since, message: message), by: token)
        case (.shared(let token), _) where random.chance(oneIn: 12):
            let result = table.complete(token, with: .failed, now: now)
            guard let stale = result.stale else { return }
            counts.stoodIn += 1
            if stale.age >= Self.fresh + limits.staleIfError { faults.append("too old to stand in") }
            for reader in fetch.readers where !reader.isConfirmed && stale.snapshot.serves(reader.key) {
                derive(from: stale, for: reader)
            }
        case (.shared(let token), .noSuchCount):
            take(
                table.complete(
                    token,
                    with: .unknownCount(message: "No such SyncCount: \(fetch.since)"),
                    now: now
                ),
                of: fetch
            )
        case (.shared(let token), .listing(let seen, _, let time)):
            take(
                table.complete(resent(token), with: .seen(seen, at: time, incarnation), now: now),
                of: fetch
            )
        }
    }

    /// Serves those who waited for a fetch.
    private mutating func take(_ result: FetchResult, of fetch: PendingFetch) {
        if result.isStored { counts.stored += 1 }
        if result.revalidation == .unchanged { counts.unchanged += 1 }
        if result.revalidation == .changed { counts.changed += 1 }
        for var reader in fetch.readers {
            if let state = result.state, state.snapshot.serves(reader.key) {
                derive(from: state, for: reader)
            } else if result.mustAskAgain {
                counts.again += 1
                reader.rounds += 1
                if reader.rounds < 4 { ask(reader) }
            } else if reader.pagination == nil, reader.key.since == fetch.since {
                if case .listing = fetch.seen { deliverRaw(fetch, to: reader) }
            }
        }
    }

    /// Loses a fetch: it never comes back.
    mutating func lose() {
        if let fetch = someFetch(where: { _ in true }) { fetches[fetch].isLost = true }
    }

    /// Returns the token as it was, or, for sabotage, one that claims that its fetch has only just been sent.
    private mutating func resent(_ token: FetchToken) -> FetchToken {
        guard options.sabotage == .fetchesForgetWhenTheyWereSent else { return token }
        table.end(token)
        return FetchToken(
            dataset: token.dataset,
            start: token.start,
            stamp: table.clock.next(),
            generation: token.generation,
            plan: token.plan,
            lease: token.lease
        )
    }
}
