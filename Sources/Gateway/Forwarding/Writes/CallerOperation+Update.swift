import CognitoSync
import Messages
import Policy

/// UpdateRecords, which is sent once, and asked after where its answer is lost.
extension CallerOperation {
    /// How much of the time the write itself may take, of four parts: the last one is for finding out.
    private static let shareOfWrite: Int64 = 3

    mutating func run(_ update: UpdateRecords) async -> End {
        let start = clock.monotonic()
        let share = deadline.timeLeft(now: start) / 4 * Self.shareOfWrite
        let ownDeadline = Deadline(after: share, from: start)
        let known = hints.known(of: update.scope)?.syncCount
        let sent: (forwarded: Forwarded, wasSent: Bool)
        if exchangesToken {
            sent = await sendWithToken(of: update.scope, by: ownDeadline) { token in
                .updateRecords(update.replacingSessionToken(token))
            }
        } else {
            sent = (await ask(.updateRecords(update), by: ownDeadline), true)
        }
        guard sent.wasSent, case .unknown = WriteOutcome(sent.forwarded),
            let inquiry = OutcomeInquiry(update, known: known),
            let found = await resolveOutcome(inquiry)
        else { return end(with: sent.forwarded) }
        return end(with: sent.forwarded, told: Forwarded(result: found))
    }

    /// What the caller is to be told; nil if nothing could be found out in the time that is left.
    private mutating func resolveOutcome(_ inquiry: OutcomeInquiry) async -> Result<Response, GatewayError>? {
        guard !deadline.isPast(now: clock.monotonic()) else { return nil }
        let forwarded = await list(inquiry.question, by: deadline)
        guard case .success(let page) = forwarded.result else { return nil }
        guard page.isSuccess else { return page.deniesSyncCount ? .failure(.outcomeUnknown) : nil }
        switch inquiry.verdict(on: page.body) {
        case .applied(let body): return .success(Response(head: page.head, body: body))
        case .notApplied(let syncCount): return .failure(.notApplied(at: syncCount))
        case .unknown: return .failure(.outcomeUnknown)
        }
    }
}
