import CognitoSync
import Policy
import Telemetry

/// The events of a request that its record, its Cache-Status and its Age tell.
extension RequestContext {
    mutating func recordDecoded(_ decoded: DecodedRequest) {
        form = decoded.form
        record.form = decoded.form
        record.operation = decoded.operation.name
        record.route = decoded.operation.name.route
        record.identity = decoded.operation.owner
    }

    /// Records that the request was admitted, and joined a fetch, before it was decoded.
    mutating func recordCollapsed(_ read: CollapsedRead) {
        collapsed = read
        record.start = read.start
        record.throttle.caller = .admitted
    }

    mutating func recordHit(_ hit: PageHit<CachedPage>) {
        record.cache = hit.page.isAbsent ? .absent : .hit
        record.age = hit.age / 1_000_000_000
        cacheStatus = .hit(timeToLive: hit.timeToLive)
    }

    /// Records a hit of the metadata cache; `age` and `timeToLive` are nanoseconds.
    mutating func recordHit(age: Int64?, timeToLive: Int64) {
        record.cache = .hit
        record.age = age.map { $0 / 1_000_000_000 }
        cacheStatus = .hit(timeToLive: timeToLive)
    }

    mutating func recordDerived(from state: CachedState) {
        record.cache = state.snapshot.isAbsent ? .absent : .derived
        record.age = state.age / 1_000_000_000
        cacheStatus = .derived(timeToLive: state.timeToLive)
    }

    /// Records that a count was refused from the cache.
    mutating func recordRefusedCount() {
        record.cache = .derived
        cacheStatus = .derived(timeToLive: 0)
    }

    mutating func recordStale(_ state: CachedState, because status: CacheStatus) {
        record.cache = .stale
        record.age = state.age / 1_000_000_000
        cacheStatus = status
    }

    /// Records that the request waits for a fetch of another one.
    mutating func recordJoin() {
        record.cache = .joined
        cacheStatus = .collapsed(wantsRevalidation ? .request : .uriMiss)
    }

    /// Records that the request starts a fetch.
    mutating func recordLead(_ plan: FetchPlan) {
        record.cache = .lead
        switch plan {
        case .list: cacheStatus = .forwarded(wantsRevalidation ? .request : .uriMiss)
        case .revalidate: cacheStatus = .delta(wantsRevalidation ? .request : .stale)
        }
    }

    /// Records that the request starts a fetch of the metadata cache.
    mutating func recordLead() {
        record.cache = .lead
        cacheStatus = .forwarded(wantsRevalidation ? .request : .uriMiss)
    }

    /// Records that the response is nobody else's.
    mutating func recordBypass(_ reason: CacheStatus.Reason) {
        record.cache = .pass
        cacheStatus = .forwarded(reason)
    }

    /// Records whether the fetch that the request started is stored.
    mutating func recordStored(_ stored: Bool) {
        switch cacheStatus {
        case .forwarded(let reason, _): cacheStatus = .forwarded(reason, stored: stored)
        case .delta(let reason, _): cacheStatus = .delta(reason, stored: stored)
        default: break
        }
    }

    /// Records the attempts upstream and the time that they took.
    mutating func recordForward(_ forwarded: Forwarded) {
        record.attempts = forwarded.attempts
        record.upstreamNanoseconds = forwarded.nanoseconds
        writeOutcome = forwarded.inquired?.outcome
        record.reason = forwarded.lost
    }
}
