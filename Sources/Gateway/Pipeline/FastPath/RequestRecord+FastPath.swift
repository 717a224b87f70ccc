import CognitoSync
import Policy
import Serving

/// What the long way would have gathered of a request that is answered from its bytes.
extension Exchange {
    init(_ request: HotRequest, id: String, from peer: Peer, start: Instant, wall: Int64) {
        self.init(
            start: start,
            timestamp: wall,
            method: "GET",
            requestID: id,
            clientAddress: peer.address
        )
        traceID = RequestIdentity.traceID(of: request.traceParent?.text)
        caller = peer.certificate
    }

    /// It is a read of a page, and its caller was admitted.
    mutating func note(readOf identity: IdentityScope, as outcome: CacheOutcome) {
        form = .rest
        operation = .listRecords
        route = OperationName.listRecords.route
        self.identity = identity
        throttle.caller = .admitted
        cache = outcome
    }

    mutating func note(_ page: KeptPage) {
        upstreamRequestID = page.upstreamRequestID
        status = page.status
        bytesOut = page.bodyLength
    }
}

extension HotReads {
    /// The id that a request gives, or a new one.
    func requestID(of request: HotRequest) -> String {
        request.requestID.flatMap { RequestIdentity.isAcceptable($0) ? $0.text : nil } ?? newID()
    }
}
