import CognitoSync
import Messages
import Policy

/// The upstream side of a shared fetch: it carries out the plan of the fetch for one dataset.
///
/// A listing is read to its end, since only the whole can be cached. Its pages have 1024 records, as those of
/// the SDKs of AWS. By default a dataset has no more, so one request is the rule.
struct DatasetFetcher: Sendable {
    let forwarder: Forwarder
    let dataset: DatasetScope

    private static let pageSize: Int64 = 1024
    private static let mostPages = 16
    /// The number of times that a listing is begun which changes while it is read.
    private static let mostListings = 3

    /// Carries out a plan, under the deadline of one operation.
    ///
    /// - Returns: The outcome for the table, and the response that the same request of a caller would have
    ///   got.
    func run(_ plan: FetchPlan) async -> (FetchOutcome, Forwarded) {
        let deadline = forwarder.deadline()
        let (listing, forwarded) = await list(since: plan.since, by: deadline)
        guard let listing else {
            var isDenied = false
            if case .success(let response) = forwarded.result { isDenied = response.deniesSyncCount }
            return (isDenied ? .unknownCount : .failed, forwarded)
        }
        var incarnation = IncarnationCheck.notChecked
        if case .revalidate(let base) = plan, base.isCheckDue || !listing.shows(base.snapshot) {
            incarnation = await checkIncarnation(of: base, by: deadline)
        }
        return (.seen(listing, at: moment(of: listing, forwarded), incarnation), forwarded)
    }

    /// Reads a listing to its end.
    ///
    /// It begins again where the dataset changes between two pages.
    ///
    /// - Returns: A nil listing and the result of the page that failed, if one did.
    private func list(since: Int64, by deadline: Deadline) async -> (Observation?, Forwarded) {
        var (forwarded, first) = await page(since: since, after: nil, by: deadline, as: .admitted)
        for _ in 1...Self.mostListings {
            guard let beginning = first, beginning.nextToken != nil else { return (first, forwarded) }
            var pages = [beginning]
            while let token = pages.last?.nextToken, pages.count < Self.mostPages {
                let (more, next) = await page(since: since, after: token, by: deadline, as: .followUp)
                guard let next else { return (nil, more) }
                pages.append(next)
            }
            if let whole = Observation(joining: pages) { return (whole, forwarded) }
            (forwarded, first) = await page(since: since, after: nil, by: deadline, as: .followUp)
        }
        return (first, forwarded)
    }

    private func page(
        since: Int64,
        after token: String?,
        by deadline: Deadline,
        as kind: UpstreamRequestKind
    ) async -> (Forwarded, Observation?) {
        let request = ListRecords(
            scope: dataset,
            lastSyncCount: since == 0 ? nil : since,
            paging: Paging(maxResults: Self.pageSize, nextToken: token)
        )
        let forwarded = await forwarder.forward(.listRecords(request), by: deadline, as: kind)
        return (forwarded, Observation(forwarded, since: since))
    }

    /// Compares the creation date of the dataset with the snapshot.
    ///
    /// Another date than before, or one after the snapshot began, is that of another incarnation.
    private func checkIncarnation(of base: RevalidationBase, by deadline: Deadline) async -> IncarnationCheck
    {
        let forwarded = await forwarder.forward(.describeDataset(dataset), by: deadline, as: .followUp)
        guard case .success(let response) = forwarded.result, response.isSuccess,
            let range = (try? DatasetResponse.scan(response.body))?.creationDate
        else { return .doubtful }
        let date = Array(response.body[range])
        if let known = base.creationDate {
            return known == date ? .same(creationDate: date) : .doubtful
        }
        guard let firstSeen = base.firstSeen,
            let created = Double(String(decoding: date, as: UTF8.self)),
            let moment = created.milliseconds, moment <= firstSeen
        else { return .doubtful }
        return .same(creationDate: date)
    }

    /// Returns the latest moment at which the dataset is known to be the incarnation that the listing shows.
    ///
    /// The `Date` field has whole seconds. Of a dataset created in the same second, only a record tells more:
    /// it is not older than its dataset.
    ///
    /// - Returns: Milliseconds since 1970; nil if neither is known.
    private func moment(of listing: Observation, _ forwarded: Forwarded) -> Int64? {
        let scaled = forwarded.pageTime.map { $0.multipliedReportingOverflow(by: 1000) }
        let date = scaled.flatMap { $0.overflow ? nil : $0.partialValue }
        guard let modified = listing.lastModified?.milliseconds else { return date }
        return max(modified, date ?? modified)
    }
}

extension Double {
    /// The milliseconds of a time in seconds; nil for a number that no clock shows.
    fileprivate var milliseconds: Int64? { Int64(exactly: (self * 1000).rounded()) }
}
