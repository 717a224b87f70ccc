package import CognitoSync
import Policy

/// The tokens of the gateway's own that a request carries.
extension Runtime {
    /// Returns whether the operation carries a session token of the gateway's own, which AWS would not know.
    ///
    /// AWS judges a token of AWS, which a caller may have from elsewhere; `now` is in seconds since 1970.
    ///
    /// - Throws: `invalid`, in the words of AWS, for an own token that is not good for this dataset now.
    package func carriesOwnToken(_ operation: Operation, now: Int64) throws(GatewayError) -> Bool {
        guard let sessionTokens, let scope = operation.dataset, let token = operation.sessionToken else {
            return false
        }
        switch sessionTokens.classify(token, for: scope, now: now) {
        case .foreign: return false
        case .valid: return true
        case .refused: throw .invalid(.invalidParameter(TokenRefusal.message))
        }
    }

    /// Returns the key of a page that continues a pagination of the gateway's own; nil for one of the
    /// service.
    ///
    /// Such a page needs no session of the service, but an own session token in the request has to be good.
    ///
    /// - Throws: `invalid` for a cursor that is not good for this request.
    func paginationKey(
        of request: ListRecords,
        as operation: Operation,
        at clock: GatewayClock
    ) throws(GatewayError) -> (key: PageKey, sessionToken: String?)? {
        guard let token = request.paging.nextToken else { return nil }
        var request = request
        if TokenSealer.isOwn(token) {
            _ = try carriesOwnToken(operation, now: clock.wall() / 1_000_000_000)
            request.syncSessionToken = nil
        }
        switch renderer.cursors.open(token, of: request.scope) {
        case .foreign:
            return nil
        case .cursor(let cursor, let sessionToken) where cursor.since == request.lastSyncCount ?? 0:
            return PageKey(request, cursor: cursor).map { ($0, sessionToken) }
        case .cursor, .refused:
            throw .invalid(.invalidParameter("NextToken not valid for these inputs"))
        }
    }
}

extension Operation {
    fileprivate var sessionToken: String? {
        switch self {
        case .updateRecords(let update): update.syncSessionToken
        case .listRecords(let list): list.syncSessionToken
        default: nil
        }
    }
}
