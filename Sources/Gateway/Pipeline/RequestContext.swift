package import CognitoSync
import HTTPTypes
package import Messages
package import Policy
package import Serving

/// One request on its way through the pipeline: what the answer's fields and the access line are made of.
package struct RequestContext: Sendable {
    package var record: RequestRecord
    package let caller: Caller
    /// In which form the caller asked, and is answered.
    package var form = RequestForm.rest
    /// The caller sent `Cache-Control: no-cache` or `max-age=0`: only an answer from now on will do.
    package var wantsRevalidation = false
    /// The target of a GET, as it was spelt.
    package let plainTarget: String?
    /// Of the settings that it is judged by; those may be later ones.
    package var generation: UInt64 = 0
    /// What it has waited for before it was decoded.
    var joined: CollapsedRead?
    /// What `Cache-Status` says; nil where no cache was asked.
    package var cacheStatus: CacheStatus?

    package init(_ request: Request, from caller: Caller, at clock: GatewayClock) {
        let fields = request.head.headerFields
        record = RequestRecord(
            start: clock.monotonic(),
            timestamp: clock.wall(),
            method: request.head.method.rawValue,
            requestID: RequestIdentity.requestID(of: fields),
            callerAddress: caller.address
        )
        record.traceID = RequestIdentity.traceID(of: fields)
        record.caller = caller.certificate
        record.bytesIn = request.body.count
        self.caller = caller
        plainTarget = request.head.method == .get ? request.head.path : nil
        wantsRevalidation = fields.value(of: .cacheControl).map(Self.asksForRevalidation) ?? false
    }

    /// What was refused before it was a request has no method that could be trusted.
    package init(refusedFrom caller: Caller, at clock: GatewayClock) {
        self.init(
            Request(head: HTTPRequest(method: .get, scheme: nil, authority: nil, path: nil)),
            from: caller,
            at: clock
        )
        record.method = "-"
    }

    package mutating func recordDecoded(_ decoded: DecodedRequest) {
        form = decoded.form
        record.form = decoded.form
        record.operation = decoded.operation.name
        record.route = decoded.operation.name.route
        record.identity = decoded.operation.owner
    }

    package mutating func recordHit(_ page: PageHit<CachedPage>) {
        record.cache = page.page.isAbsent ? .absent : .hit
        record.age = page.age / 1_000_000_000
        cacheStatus = .hit(timeToLive: page.timeToLive)
    }

    package mutating func recordDerived(from state: CachedState) {
        record.cache = state.snapshot.isAbsent ? .absent : .derived
        record.age = state.age / 1_000_000_000
        cacheStatus = .derived(timeToLive: state.timeToLive)
    }

    /// Goes on with a read that has been admitted, and has waited.
    mutating func resume(_ read: CollapsedRead) {
        joined = read
        record.start = read.start
        record.throttle.caller = .admitted
    }

    package mutating func recordJoin() {
        record.cache = .joined
        cacheStatus = .collapsed
    }

    package mutating func recordLead(_ plan: FetchPlan) {
        record.cache = .lead
        switch plan {
        case .list: cacheStatus = .forwarded(wantsRevalidation ? .request : .uriMiss)
        case .revalidate: cacheStatus = .delta(wantsRevalidation ? .request : .stale)
        }
    }

    /// What came of a call that this one led: it is kept, or not.
    package mutating func recordStored(_ stored: Bool) {
        switch cacheStatus {
        case .forwarded(let reason, _): cacheStatus = .forwarded(reason, stored: stored)
        case .delta(let reason, _): cacheStatus = .delta(reason, stored: stored)
        default: break
        }
    }

    package mutating func recordStale(_ state: CachedState, because status: CacheStatus) {
        record.cache = .stale
        record.age = state.age / 1_000_000_000
        cacheStatus = status
    }

    package mutating func recordForward(_ forwarded: Forwarded) {
        record.attempts = forwarded.attempts
        record.upstreamNanoseconds = forwarded.nanoseconds
    }

    /// The two directives of RFC 9111, section 5.2.1, that a caller may ask with here.
    private static func asksForRevalidation(_ value: String) -> Bool {
        value.split(separator: ",").contains { directive in
            let directive = directive.filter { $0 != " " && $0 != "\t" }.lowercased()
            return directive == "no-cache" || directive == "max-age=0"
        }
    }
}
