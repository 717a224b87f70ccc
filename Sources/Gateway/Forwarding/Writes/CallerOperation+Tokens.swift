import CognitoSync
import Messages
import Policy
import Upstream

/// A session token of the gateway's is exchanged for one of AWS's.
extension CallerOperation {
    /// Sends what `carrier` makes of a token of AWS's: of the newest that is known, or else of one that is fetched.
    ///
    /// If AWS no longer takes the known one, a fresh one is fetched and the operation is sent once more: a write too,
    /// since it was rejected before anything was applied. That is the only case in which a write is repeated. With
    /// `wasSent` false the operation never left, or was rejected, and this is what became of the fetch.
    mutating func sendWithToken(
        of scope: DatasetScope,
        by deadline: Deadline,
        _ carrier: @Sendable (String) -> Operation
    ) async -> (forwarded: Forwarded, wasSent: Bool) {
        let known = hints.known(of: scope)
        if let token = known?.sessionToken {
            let forwarded = await ask(carrier(token), by: deadline)
            guard case .success(let response) = forwarded.result, TokenRefusal.isOne(response) else {
                return (forwarded, true)
            }
        }
        let fetched = await fetchToken(of: scope, at: known?.syncCount, by: deadline)
        switch fetched {
        case .failed(let result):
            return (Forwarded(result: result), false)
        case .token(let token):
            if known?.sessionToken != nil { metrics.count(.retried(.sessionToken)) }
            return (await ask(carrier(token), by: deadline), true)
        }
    }

    private enum Fetched {
        case token(String)
        /// An error of AWS's or of the way there.
        case failed(Result<Response, GatewayError>)
    }

    /// The token of the smallest page there is: what changed since the newest known count, one record at most.
    private mutating func fetchToken(
        of scope: DatasetScope,
        at syncCount: Int64?,
        by deadline: Deadline
    ) async -> Fetched {
        let newest = syncCount.flatMap { $0 > 0 ? $0 : nil }
        var request = ListRecords(scope: scope, lastSyncCount: newest, paging: Paging(maxResults: 1))
        var forwarded = await list(request, by: deadline)
        if newest != nil, case .success(let response) = forwarded.result, response.deniesSyncCount {
            // The dataset was made anew, and does not know the count any more.
            request.lastSyncCount = nil
            forwarded = await list(request, by: deadline)
        }
        switch forwarded.result {
        case .success(let response) where response.isSuccess:
            guard let token = forwarded.page?.sessionTokenText(in: response.body) else {
                return .failed(.failure(.malformedResponse("a page without a session token").beforeSending))
            }
            hints.recordToken(token, of: scope)
            return .token(token)
        case .success(let refusal): return .failed(.success(refusal))
        case .failure(let error): return .failed(.failure(error.beforeSending))
        }
    }
}

extension GatewayError {
    /// The same where it befell a call that has to come before the operation: of that, nothing was sent.
    fileprivate var beforeSending: Self {
        switch self {
        case .upstream(var error):
            error.phase = .notSent
            return .upstream(error)
        case .malformedResponse(let detail):
            return .upstream(UpstreamError(.malformed, phase: .notSent, detail: detail))
        case .invalid, .throttled, .overloaded, .noCredentials, .circuitOpen, .paginationExpired,
            .refusedByUpstream,
            .notApplied, .outcomeUnknown:
            return self
        }
    }
}
