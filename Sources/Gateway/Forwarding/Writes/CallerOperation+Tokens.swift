import CognitoSync
import Messages
import Policy
import Telemetry
import Upstream

/// The replacement of the gateway's own session token by a token of AWS.
///
/// A token of AWS is good for one push, and lives 300 s. So each write takes one that no other write has used.
extension CallerOperation {
    /// The milliseconds that a token must be good for, so that a write can still use it.
    private static let leastLifetime: Int64 = 30_000

    /// Sends the operation that `carrier` makes of a token of AWS: one at hand, or else a fetched one.
    ///
    /// If AWS refuses the one at hand, another one is fetched and the operation is sent once more. That holds
    /// for a write too, since AWS refused it before it applied anything. No other write is sent again.
    ///
    /// - Returns: With `wasSent` false, the operation never left or was refused, and the result is that of
    ///   the fetch.
    mutating func sendWithToken(
        of scope: DatasetScope,
        by deadline: Deadline,
        _ carrier: @Sendable (String) async -> Operation
    ) async -> (forwarded: Forwarded, wasSent: Bool) {
        if let token = takeToken(of: scope) {
            let forwarded = await forward(await carrier(token), by: deadline)
            guard case .success(let response) = forwarded.result, TokenRefusal.matches(response) else {
                metrics.count(.sessionToken(.held))
                return (forwarded, true)
            }
            metrics.count(.sessionToken(.refused))
            metrics.count(.retried(.sessionToken))
        }
        switch await fetchToken(of: scope, at: hints.syncCount(of: scope), by: deadline) {
        case .failed(let result):
            return (Forwarded(result: result), false)
        case .token(let token):
            metrics.count(.sessionToken(.fetched))
            return (await forward(await carrier(token), by: deadline), true)
        }
    }

    /// Takes a token at hand, unless its text says that it ends too soon.
    private func takeToken(of scope: DatasetScope) -> String? {
        while let token = hints.takeToken(of: scope, now: clock.monotonic()) {
            guard let end = SessionTokenText.expiration(of: token),
                end &- upstreamMilliseconds < Self.leastLifetime
            else {
                return token
            }
        }
        return nil
    }

    private enum Fetched {
        case token(String)
        /// An error of AWS, or an error on the way there.
        case failed(Result<Response, GatewayError>)
    }

    /// Fetches a token by the smallest page: the changes since the newest known count, one record at most.
    private mutating func fetchToken(
        of scope: DatasetScope,
        at syncCount: Int64?,
        by deadline: Deadline
    ) async -> Fetched {
        let newest = syncCount.flatMap { $0 > 0 ? $0 : nil }
        var request = ListRecords(scope: scope, lastSyncCount: newest, paging: Paging(maxResults: 1))
        var forwarded = await list(request, by: deadline)
        if newest != nil, case .success(let response) = forwarded.result, response.unknownCountMessage != nil
        {
            // The dataset was deleted and created again, and no longer knows the count.
            request.lastSyncCount = nil
            forwarded = await list(request, by: deadline)
        }
        switch forwarded.result {
        case .success(let response) where response.isSuccess:
            guard let token = forwarded.page?.sessionTokenText(in: response.body) else {
                return .failed(.failure(.malformedResponse("a page without a session token").beforeSending))
            }
            countOfTokenPage = forwarded.page?.datasetSyncCount
            return .token(token)
        case .success(let error): return .failed(.success(error))
        case .failure(let error): return .failed(.failure(error.beforeSending))
        }
    }
}

extension GatewayError {
    /// The same error, of a request that has to come before the operation.
    ///
    /// Of the operation, nothing was sent.
    fileprivate var beforeSending: Self {
        switch self {
        case .upstream(var error):
            error.phase = .notSent
            return .upstream(error)
        case .malformedResponse(let detail):
            return .upstream(UpstreamError(.malformed, phase: .notSent, detail: detail))
        case .invalid, .throttled, .overloaded, .noCredentials, .circuitOpen, .paced, .paginationExpired,
            .refusedByUpstream, .notApplied, .outcomeUnknown, .unknownCaller, .denied, .tooManyInFlight:
            return self
        }
    }
}
