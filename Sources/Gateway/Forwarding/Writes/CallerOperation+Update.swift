import CognitoSync
import HTTPTypes
import Messages
import Policy
import Telemetry

/// UpdateRecords, which is sent once. If its response is lost, an inquiry finds out the outcome.
extension CallerOperation {
    /// The quarters of the time that the write itself may take.
    ///
    /// The last one is for the inquiry.
    private static let quartersOfWrite: Int64 = 3

    mutating func run(_ update: UpdateRecords) async -> End {
        let start = clock.monotonic()
        let share = deadline.timeLeft(now: start) / 4 * Self.quartersOfWrite
        let writeDeadline = Deadline(after: share, from: start)
        let (cachedCount, sentAt) = (hints.syncCount(of: update.scope), upstreamMilliseconds)
        let sent: (forwarded: Forwarded, wasSent: Bool)
        if exchangesToken {
            sent = await sendWithToken(of: update.scope, by: writeDeadline) { token in
                .updateRecords(update.replacingSessionToken(token))
            }
        } else {
            sent = (await forward(.updateRecords(update), by: writeDeadline), true)
        }
        guard sent.wasSent, case .unknown = WriteOutcome(sent.forwarded) else {
            return end(with: sent.forwarded)
        }
        // The page that brought the session token is younger than the snapshot.
        let inquiry = OutcomeInquiry(update, known: countOfTokenPage ?? cachedCount, sentAt: sentAt)
        guard let inquiry, let resolution = await resolveOutcome(inquiry, of: update.scope) else {
            metrics.count(.writeOutcome(.unknown))
            return end(with: sent.forwarded)
        }
        var end = end(with: sent.forwarded, response: resolution.response)
        end.isSettled = resolution.isSettled
        return end
    }

    /// The finding of an inquiry about a write.
    private struct Resolution {
        let response: Result<Response, GatewayError>
        /// Whether the table has seen the dataset since.
        let isSettled: Bool
    }

    /// Returns the response for the caller; nil if the inquiry found out nothing in the time that is left.
    private mutating func resolveOutcome(
        _ inquiry: OutcomeInquiry,
        of scope: DatasetScope
    ) async -> Resolution? {
        guard !deadline.isPast(now: clock.monotonic()) else { return nil }
        let (token, fetch) = recordsCache.inquiry(
            of: scope,
            from: inquiry.syncCount,
            generation: generation,
            now: clock.monotonic()
        )
        let fetcher = DatasetFetcher(forwarder: forwarder, dataset: scope)
        let (outcome, forwarded) = await fetcher.run(token.plan, as: .followUp, by: deadline)
        let completion = recordsCache.complete(token, with: outcome, from: forwarded, now: clock.monotonic())
        fetch.complete(completion)
        record(forwarded)
        let verdict: OutcomeInquiry.Verdict
        switch outcome {
        case .seen(let seen, _, let check):
            guard case .success(let page) = forwarded.result else { return nil }
            verdict = inquiry.verdict(
                on: page.body,
                incarnation: token.plan.finding(of: seen, check),
                seenAt: upstreamMilliseconds
            )
        case .unknownCount, .tooLong: verdict = .unknown
        case .failed: return nil
        }
        metrics.count(.writeOutcome(InquiredWriteOutcome(verdict)))
        let response: Result<Response, GatewayError> =
            switch (verdict, forwarded.result) {
            case (.applied(let body), .success(let page)): .success(Response(head: page.head, body: body))
            case (.notApplied(let syncCount), _): .failure(.notApplied(at: syncCount))
            case (.unknown, _), (.applied, .failure): .failure(.outcomeUnknown)
            }
        return Resolution(response: response, isSettled: completion.result.isStored)
    }
}

extension InquiredWriteOutcome {
    fileprivate init(_ verdict: OutcomeInquiry.Verdict) {
        self =
            switch verdict {
            case .applied: .applied
            case .notApplied: .notApplied
            case .unknown: .unknown
            }
    }
}
