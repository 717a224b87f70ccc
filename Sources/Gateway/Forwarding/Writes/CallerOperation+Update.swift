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
                await LongWork.run(on: update.body.count, most: LongWork.mostOnEventLoop) {
                    .updateRecords(update.replacingSessionToken(token))
                }
            }
        } else {
            sent = (await forward(.updateRecords(update), by: writeDeadline), true)
        }
        guard sent.wasSent, sent.forwarded.isOfUnknownOutcome else {
            return end(with: sent.forwarded)
        }
        // The page that brought the session token is younger than the snapshot.
        let known = countOfTokenPage ?? cachedCount
        guard let inquiry = await inquiry(about: update, known: known, sentAt: sentAt) else {
            metrics.count(.writeOutcome(.unknown))
            return end(with: sent.forwarded)
        }
        let resolution = await resolveOutcome(inquiry, of: update.scope)
        // The caller gets a whole response of AWS as it came, whatever the inquiry found.
        let isWhole = if case .success = sent.forwarded.result { true } else { false }
        var end = end(with: sent.forwarded, response: isWhole ? nil : resolution.response)
        end.response.inquired = resolution.inquired
        end.isSettled = resolution.isSettled
        return end
    }

    /// Asks once more after a write that comes again, whose outcome was not found out.
    ///
    /// - Returns: The success of the write; nil if it has to be forwarded.
    mutating func repeatInquiry(
        about update: UpdateRecords,
        from start: InquiredWrites.Start
    ) async -> Forwarded? {
        guard let inquiry = await inquiry(about: update, known: start.syncCount, sentAt: start.sentAt) else {
            return nil
        }
        let resolution = await resolveOutcome(inquiry, of: update.scope)
        guard case .applied = resolution.inquired.outcome else { return nil }
        var forwarded = end(with: Forwarded(result: resolution.response)).response
        forwarded.inquired = resolution.inquired
        return forwarded
    }

    private func inquiry(about update: UpdateRecords, known: Int64?, sentAt: Int64) async -> OutcomeInquiry? {
        await LongWork.run(on: update.body.count, most: LongWork.mostOnEventLoop) {
            OutcomeInquiry(update, known: known, sentAt: sentAt)
        }
    }

    /// The finding of an inquiry about a write.
    private struct Resolution {
        /// The response to a write of which no whole one came.
        let response: Result<Response, GatewayError>
        let inquired: InquiredWrite
        /// Whether the table has seen the dataset since.
        var isSettled = false
    }

    /// Returns the finding; it is unknown too if the inquiry failed, or had no time.
    private mutating func resolveOutcome(
        _ inquiry: OutcomeInquiry,
        of scope: DatasetScope
    ) async -> Resolution {
        let start = InquiredWrites.Start(syncCount: inquiry.syncCount, sentAt: inquiry.sentAt)
        let found = await verdict(of: inquiry, on: scope)
        let outcome = InquiredWriteOutcome(found.verdict)
        metrics.count(.writeOutcome(outcome))
        var inquired = InquiredWrite(outcome: outcome, start: start)
        let response: Result<Response, GatewayError>
        switch (found.verdict, found.page) {
        case (.applied(let body), let page?):
            inquired.success = body
            response = .success(Response(head: page.head, body: body))
        case (.notApplied(let syncCount), _): response = .failure(.notApplied(at: syncCount))
        case (.unknown, _), (.applied, nil): response = .failure(.outcomeUnknown)
        }
        return Resolution(response: response, inquired: inquired, isSettled: found.isSettled)
    }

    /// Reads what changed since the count before the write, and compares it with the write.
    private mutating func verdict(
        of inquiry: OutcomeInquiry,
        on scope: DatasetScope
    ) async -> (verdict: OutcomeInquiry.Verdict, page: Response?, isSettled: Bool) {
        guard !deadline.isPast(now: clock.monotonic()) else { return (.unknown, nil, false) }
        let (token, fetch) = recordsCache.inquiry(
            of: scope,
            from: inquiry.syncCount,
            generation: generation,
            now: clock.monotonic()
        )
        let fetcher = DatasetFetcher(forwarder: forwarder, dataset: scope)
        let (outcome, forwarded) = await fetcher.run(token.plan, as: kindOfNextRequest, by: deadline)
        let completion = recordsCache.complete(token, with: outcome, from: forwarded, now: clock.monotonic())
        fetch.complete(completion)
        record(forwarded)
        guard case .seen(let seen, _, let check) = outcome, case .success(let page) = forwarded.result else {
            return (.unknown, nil, completion.result.isStored)
        }
        let (incarnation, seenAt) = (token.plan.finding(of: seen, check), upstreamMilliseconds)
        let verdict = await LongWork.run(on: page.body.count, most: LongWork.mostOnEventLoop) {
            inquiry.verdict(on: page.body, incarnation: incarnation, seenAt: seenAt)
        }
        return (verdict, page, completion.result.isStored)
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
