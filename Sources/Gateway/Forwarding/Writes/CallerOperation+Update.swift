import CognitoSync
import Messages
import Policy

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
        let known = hints.known(of: update.scope)?.syncCount
        let sent: (forwarded: Forwarded, wasSent: Bool)
        if exchangesToken {
            sent = await sendWithToken(of: update.scope, by: writeDeadline) { token in
                .updateRecords(update.replacingSessionToken(token))
            }
        } else {
            sent = (await forward(.updateRecords(update), by: writeDeadline), true)
        }
        guard sent.wasSent, case .unknown = WriteOutcome(sent.forwarded),
            let inquiry = OutcomeInquiry(update, known: known),
            let resolved = await resolveOutcome(inquiry)
        else { return end(with: sent.forwarded) }
        return end(with: sent.forwarded, response: resolved)
    }

    /// Returns the response for the caller; nil if the inquiry found out nothing in the time that is left.
    private mutating func resolveOutcome(_ inquiry: OutcomeInquiry) async -> Result<Response, GatewayError>? {
        guard !deadline.isPast(now: clock.monotonic()) else { return nil }
        let forwarded = await list(inquiry.request, by: deadline)
        guard case .success(let page) = forwarded.result else { return nil }
        guard page.isSuccess else { return page.deniesSyncCount ? .failure(.outcomeUnknown) : nil }
        switch inquiry.verdict(on: page.body) {
        case .applied(let body): return .success(Response(head: page.head, body: body))
        case .notApplied(let syncCount): return .failure(.notApplied(at: syncCount))
        case .unknown: return .failure(.outcomeUnknown)
        }
    }
}
