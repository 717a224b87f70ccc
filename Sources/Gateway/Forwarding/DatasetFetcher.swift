import CognitoSync
import Messages
import Policy

/// Carries out what a shared call is to find out about a dataset.
///
/// A listing is followed to its end, since only all of it can be held. It asks for pages of 1024, as the service's own
/// SDKs do, the most records that a dataset may have by default: one call is the rule.
struct DatasetFetcher: Sendable {
    let forwarder: Forwarder
    let dataset: DatasetScope

    private static let pageSize: Int64 = 1024
    private static let mostPages = 16
    /// How often a listing is begun that changes while it is read.
    private static let mostListings = 3

    /// What was found, and the answer that an identical request of a caller's would have had; all under the deadline
    /// of one call.
    func run(_ errand: FetchPlan) async -> (FetchOutcome, Forwarded) {
        let deadline = forwarder.deadline()
        let (listing, forwarded) = await list(since: errand.since, by: deadline)
        guard let listing else {
            var isDenied = false
            if case .success(let response) = forwarded.result { isDenied = response.deniesSyncCount }
            return (isDenied ? .unknownCount : .failed, forwarded)
        }
        var origin = IncarnationCheck.notChecked
        if case .revalidate(let revalidationBase) = errand,
            revalidationBase.isCheckDue || !listing.shows(revalidationBase.snapshot)
        {
            origin = await self.origin(of: revalidationBase, by: deadline)
        }
        return (.seen(listing, at: moment(of: listing, forwarded), origin), forwarded)
    }

    private func list(since: Int64, by deadline: Deadline) async -> (Observation?, Forwarded) {
        var (forwarded, first) = await page(since: since, after: nil, by: deadline)
        for _ in 1...Self.mostListings {
            guard let beginning = first, beginning.nextToken != nil else { return (first, forwarded) }
            var pages = [beginning]
            while let token = pages.last?.nextToken, pages.count < Self.mostPages {
                let (more, next) = await page(since: since, after: token, by: deadline)
                guard let next else { return (nil, more) }
                pages.append(next)
            }
            if let whole = Observation(joining: pages) { return (whole, forwarded) }
            (forwarded, first) = await page(since: since, after: nil, by: deadline)
        }
        return (first, forwarded)
    }

    private func page(
        since: Int64,
        after token: String?,
        by deadline: Deadline
    ) async -> (Forwarded, Observation?) {
        let request = ListRecords(
            scope: dataset,
            lastSyncCount: since == 0 ? nil : since,
            paging: Paging(maxResults: Self.pageSize, nextToken: token)
        )
        let forwarded = await forwarder.forward(.listRecords(request), by: deadline)
        return (forwarded, Observation(forwarded, since: since))
    }

    /// Asks when the dataset was created: a date that differs from the one before, or lies after the time at which
    /// the copy began, is another dataset's.
    private func origin(
        of revalidationBase: RevalidationBase,
        by deadline: Deadline
    ) async -> IncarnationCheck {
        let forwarded = await forwarder.forward(.describeDataset(dataset), by: deadline)
        guard case .success(let response) = forwarded.result, response.isSuccess,
            let range = (try? DatasetResponse.scan(response.body))?.creationDate
        else { return .doubtful }
        let date = Array(response.body[range])
        if let known = revalidationBase.creationDate {
            return known == date ? .same(creationDate: date) : .doubtful
        }
        guard let firstSeen = revalidationBase.firstSeen,
            let created = Double(String(decoding: date, as: UTF8.self)),
            let moment = created.milliseconds, moment <= firstSeen
        else { return .doubtful }
        return .same(creationDate: date)
    }

    /// The latest moment at which the dataset is known to have been the one that the listing shows.
    ///
    /// The Date field has whole seconds; of a dataset made in the same second only a record tells more: it cannot be
    /// older than its dataset.
    private func moment(of listing: Observation, _ forwarded: Forwarded) -> Int64? {
        let answered = forwarded.pageTime.map { $0.multipliedReportingOverflow(by: 1000) }
        let date = answered.flatMap { $0.overflow ? nil : $0.partialValue }
        guard let modified = listing.lastModified?.milliseconds else { return date }
        return max(modified, date ?? modified)
    }
}

extension Double {
    /// Nil for what no clock shows.
    fileprivate var milliseconds: Int64? { Int64(exactly: (self * 1000).rounded()) }
}
