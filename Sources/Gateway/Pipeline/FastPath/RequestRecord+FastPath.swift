import CognitoSync
import Policy
import Serving

/// What the long way would have gathered of a request that is answered from its bytes.
extension RequestRecord {
    init(_ request: FastPathRequest, id: String, from sender: Caller, start: Instant, wall: Int64) {
        self.init(
            start: start,
            timestamp: wall,
            method: "GET",
            requestID: id,
            callerAddress: sender.address
        )
        traceID = RequestIdentity.traceID(of: request.traceParent?.text)
        caller = sender.certificate
    }

    /// It is a read of a page, and its caller was admitted.
    mutating func setRead(of identity: IdentityScope, as outcome: CacheOutcome) {
        form = .rest
        operation = .listRecords
        route = OperationName.listRecords.route
        self.identity = identity
        throttle.caller = .admitted
        cache = outcome
    }

    mutating func setPage(_ page: CachedPage) {
        upstreamRequestID = page.upstreamRequestID
        status = page.status
        bytesOut = page.bodyLength
    }
}

extension FastPathPages {
    /// The id that a request gives, or a new one.
    func requestID(of request: FastPathRequest) -> String {
        request.requestID.flatMap { RequestIdentity.isAcceptable($0) ? $0.text : nil } ?? newID()
    }
}
