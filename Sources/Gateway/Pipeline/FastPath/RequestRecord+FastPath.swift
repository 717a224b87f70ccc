import CognitoSync
import Policy
import Serving
import Telemetry

/// The record of a request on the fast path, equal to the one that the regular path makes.
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
        caller = sender.certificate?.first
    }

    /// Sets the facts of a read of a page whose caller was admitted.
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
    /// Returns the id that the request carries, or a new one.
    func requestID(of request: FastPathRequest) -> String {
        request.requestID.flatMap { RequestIdentity.isAcceptable($0) ? $0.text : nil } ?? newID()
    }
}
