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

    /// The result of reading a listing to its end.
    private enum Listing {
        case whole(Observation)
        case tooLong
        case failed
    }

    /// Carries out a plan, under the deadline of one operation.
    ///
    /// - Parameter kind: The kind of the first request; all others follow up.
    /// - Returns: The outcome for the table, and the response that the same request of a caller would have
    ///   got.
    func run(
        _ plan: FetchPlan,
        as kind: UpstreamRequestKind = .admitted,
        by deadline: Deadline? = nil
    ) async -> (FetchOutcome, Forwarded) {
        let deadline = deadline ?? forwarder.deadline()
        let departure = forwarder.clock.wall() / 1_000_000
        let (listing, forwarded) = await list(since: plan.since, as: kind, by: deadline)
        switch listing {
        case .tooLong: return (.tooLong, forwarded)
        case .failed:
            guard case .success(let response) = forwarded.result, let message = response.unknownCountMessage
            else { return (.failed, forwarded) }
            return (.unknownCount(message: message), forwarded)
        case .whole(let seen):
            var incarnation = IncarnationCheck.notChecked
            if case .revalidate(let base) = plan, base.needsCreationDate(after: seen) {
                incarnation = await checkIncarnation(of: base, by: deadline)
            }
            return (.seen(seen, at: firstSeen(in: seen, forwarded, departure), incarnation), forwarded)
        }
    }

    /// Reads a listing to its end.
    ///
    /// It begins again where the dataset changes between two pages.
    ///
    /// - Returns: The listing, and the result of its first page, or of the page that failed.
    private func list(
        since: Int64,
        as kind: UpstreamRequestKind,
        by deadline: Deadline
    ) async -> (Listing, Forwarded) {
        var (forwarded, first) = await page(since: since, after: nil, as: kind, by: deadline)
        for listing in 1...Self.mostListings {
            guard let beginning = first else { return (.failed, forwarded) }
            var pages = [beginning]
            while let token = pages.last?.nextToken {
                guard pages.count < Self.mostPages else { return (.tooLong, forwarded) }
                let (more, next) = await page(since: since, after: token, as: .followUp, by: deadline)
                guard let next else { return (.failed, more) }
                pages.append(next)
            }
            if pages.count == 1 { return (.whole(beginning), forwarded) }
            if let whole = Observation(joining: pages) { return (.whole(whole), forwarded) }
            guard listing < Self.mostListings else { break }
            (forwarded, first) = await page(since: since, after: nil, as: .followUp, by: deadline)
        }
        return (first.map(Listing.whole) ?? .failed, forwarded)
    }

    private func page(
        since: Int64,
        after token: String?,
        as kind: UpstreamRequestKind,
        by deadline: Deadline
    ) async -> (Forwarded, Observation?) {
        let request = ListRecords(
            scope: dataset,
            lastSyncCount: since == 0 ? nil : since,
            paging: Paging(maxResults: Self.pageSize, nextToken: token)
        )
        let forwarded = await forwarder.forward(.listRecords(request), by: deadline, as: kind)
        let seen = await LongWork.run(on: forwarded.length, most: LongWork.mostOfUpstream) {
            Observation(forwarded, since: since)
        }
        return (forwarded, seen)
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
        if let known = base.incarnation.creationDate {
            return known == date ? .same(creationDate: date) : .doubtful
        }
        guard let firstSeen = base.incarnation.firstSeen,
            let created = Double(String(decoding: date, as: UTF8.self)),
            let moment = created.milliseconds, moment <= firstSeen
        else { return .doubtful }
        return .same(creationDate: date)
    }

    /// Returns a moment at which the incarnation that the listing shows was there, by the clock of upstream.
    ///
    /// A record is not older than its dataset, and has the time of upstream. Without records it is the departure of
    /// the request: the `Date` field of the response, less the time that it took. A dataset created after that is
    /// another one; one created before it may be taken for another in the first second.
    ///
    /// - Parameter departure: The same by the clock of the gateway, for a response without `Date`.
    /// - Returns: Milliseconds since 1970.
    private func firstSeen(in listing: Observation, _ forwarded: Forwarded, _ departure: Int64) -> Int64 {
        var moment = departure &+ forwarder.clockSkew &* 1000
        if let date = forwarded.pageTime, let time = Int64(exactly: Double(date) * 1000) {
            moment = time &- forwarded.nanoseconds / 1_000_000 &- 1
        }
        return max(listing.lastModified?.milliseconds ?? moment, moment)
    }
}

extension Double {
    /// The milliseconds of a time in seconds; nil for a number that no clock shows.
    fileprivate var milliseconds: Int64? { Int64(exactly: (self * 1000).rounded()) }
}
