package import CognitoSync
import HTTPTypes
package import Messages
package import Policy
package import Serving

/// One request on its way through the pipeline: what the answer's fields and the access line are made of.
package struct Call: Sendable {
    package var exchange: Exchange
    package let peer: Peer
    /// In which form the caller asked, and is answered.
    package var form = RequestForm.rest
    /// The caller sent `Cache-Control: no-cache` or `max-age=0`: only an answer from now on will do.
    package var wantsConfirmation = false
    /// The target of a GET, as it was spelt.
    package let plainTarget: String?
    /// Of the settings that it is judged by; those may be later ones.
    package var generation: UInt64 = 0
    /// What it has waited for before it was decoded.
    var joined: JoinedRead?
    /// What `Cache-Status` says; nil where no cache was asked.
    package var cacheStatus: CacheStatus?

    package init(_ request: Request, from peer: Peer, at clock: GatewayClock) {
        let fields = request.head.headerFields
        exchange = Exchange(
            start: clock.monotonic(),
            timestamp: clock.wall(),
            method: request.head.method.rawValue,
            requestID: RequestIdentity.requestID(of: fields),
            clientAddress: peer.address
        )
        exchange.traceID = RequestIdentity.traceID(of: fields)
        exchange.caller = peer.certificate
        exchange.bytesIn = request.body.count
        self.peer = peer
        plainTarget = request.head.method == .get ? request.head.path : nil
        wantsConfirmation = fields.value(of: .cacheControl).map(Self.asksForConfirmation) ?? false
    }

    /// What was refused before it was a request has no method that could be trusted.
    package init(refusedFrom peer: Peer, at clock: GatewayClock) {
        self.init(
            Request(head: HTTPRequest(method: .get, scheme: nil, authority: nil, path: nil)),
            from: peer,
            at: clock
        )
        exchange.method = "-"
    }

    package mutating func note(_ decoded: DecodedRequest) {
        form = decoded.form
        exchange.form = decoded.form
        exchange.operation = decoded.operation.name
        exchange.route = decoded.operation.name.route
        exchange.identity = decoded.operation.owner
    }

    package mutating func note(hit page: CachedPage<KeptPage>) {
        exchange.cache = page.page.isAbsent ? .absent : .hit
        exchange.age = page.age / 1_000_000_000
        cacheStatus = .hit(timeToLive: page.timeToLive)
    }

    package mutating func note(derivedFrom state: HeldState) {
        exchange.cache = state.copy.isAbsent ? .absent : .derived
        exchange.age = state.age / 1_000_000_000
        cacheStatus = .derived(timeToLive: state.timeToLive)
    }

    /// Goes on with a read that has been admitted, and has waited.
    mutating func resume(_ read: JoinedRead) {
        joined = read
        exchange.start = read.start
        exchange.throttle.caller = .admitted
    }

    package mutating func noteJoined() {
        exchange.cache = .joined
        cacheStatus = .collapsed
    }

    package mutating func note(leading errand: Errand) {
        exchange.cache = .lead
        switch errand {
        case .fetch: cacheStatus = .forwarded(wantsConfirmation ? .request : .uriMiss)
        case .confirm: cacheStatus = .delta(wantsConfirmation ? .request : .stale)
        }
    }

    /// What came of a call that this one led: it is kept, or not.
    package mutating func note(stored: Bool) {
        switch cacheStatus {
        case .forwarded(let reason, _): cacheStatus = .forwarded(reason, stored: stored)
        case .delta(let reason, _): cacheStatus = .delta(reason, stored: stored)
        default: break
        }
    }

    package mutating func note(stale state: HeldState, because status: CacheStatus) {
        exchange.cache = .stale
        exchange.age = state.age / 1_000_000_000
        cacheStatus = status
    }

    package mutating func note(_ forwarded: Forwarded) {
        exchange.attempts = forwarded.attempts
        exchange.upstreamNanoseconds = forwarded.nanoseconds
    }

    /// The two directives of RFC 9111, section 5.2.1, that a caller may ask with here.
    private static func asksForConfirmation(_ value: String) -> Bool {
        value.split(separator: ",").contains { directive in
            let directive = directive.filter { $0 != " " && $0 != "\t" }.lowercased()
            return directive == "no-cache" || directive == "max-age=0"
        }
    }
}
