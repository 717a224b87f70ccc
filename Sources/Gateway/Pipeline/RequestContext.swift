import CognitoSync
import HTTPTypes
import Messages
import Policy
import Serving
import Telemetry

/// A request on its way through the pipeline.
///
/// It carries the runtime that the request found when it came: a reload does not change the rules in the middle of a
/// request, unless that has to ask again (``renew(under:)``). Its ``record`` is what logs and metrics are made from.
struct RequestContext: Sendable {
    var record: RequestRecord
    let caller: Caller
    private(set) var runtime: Runtime
    /// The form of the caller's request, and of its response.
    var form = RequestForm.rest
    /// Whether the caller sent `Cache-Control: no-cache` or `max-age=0`.
    let wantsRevalidation: Bool
    /// Whether the caller sent `Cache-Control: only-if-cached` (RFC 9111, section 5.2.1.7).
    let wantsCachedOnly: Bool
    /// The id that an AWS SDK gave to all attempts of a write; nil if it gave none.
    let invocation: String?
    /// The finding of the inquiry about a write, for its response; nil for one that was not asked after.
    var writeOutcome: InquiredWriteOutcome?
    /// The listed web page that sent the request; nil if none did.
    var page: String?
    /// The target of a GET in its own spelling; nil for other methods.
    let plainTarget: String?
    /// The fetch that the request joined before it was decoded; nil if it joined none.
    var collapsed: CollapsedRead?
    /// The caller that was recognised; nil for nobody, where that is allowed.
    private(set) var known: KnownCaller?
    /// Whether plain requests like it may be answered from what is remembered of it.
    ///
    /// Not if its caller passes in a dry run only: each such request is logged.
    var isMemorable = true
    /// Whether its address was charged before its caller was known.
    var isAddressCharged = false
    /// The Cache-Status field of the response; nil where no cache was asked.
    var cacheStatus: CacheStatus?

    init(_ request: Request, from caller: Caller, under current: CurrentRuntime, at clock: GatewayClock) {
        runtime = current.value
        let fields = request.head.headerFields
        record = RequestRecord(
            start: clock.monotonic(),
            timestamp: clock.wall(),
            method: request.head.method.rawValue,
            requestID: RequestIdentity.requestID(of: fields),
            callerAddress: caller.address
        )
        record.traceID = RequestIdentity.traceID(of: fields)
        record.caller = caller.certificate?.first
        record.bytesIn = request.body.count
        self.caller = caller
        plainTarget = request.head.method == .get ? request.head.path : nil
        let directives = fields.value(of: .cacheControl).map(Self.directives) ?? []
        wantsRevalidation = directives.contains("no-cache") || directives.contains("max-age=0")
        invocation = request.head.method == .post ? fields.value(of: .sdkInvocationID) : nil
        wantsCachedOnly = directives.contains("only-if-cached")
    }

    /// Creates the context of a plain GET, equal to the one that its fields lead to.
    ///
    /// None of them is about caches, since the recogniser knows none of those.
    init(
        _ request: FastPathRequest,
        to target: String,
        id: String,
        from caller: Caller,
        under runtime: Runtime,
        start: Instant,
        wall: Int64
    ) {
        self.runtime = runtime
        record = RequestRecord(request, id: id, from: caller, start: start, wall: wall)
        self.caller = caller
        plainTarget = target
        wantsRevalidation = false
        invocation = nil
        wantsCachedOnly = false
    }

    /// The generation of ``runtime``.
    var generation: UInt64 { runtime.generation }

    /// The number that requests with the same rights share.
    var permit: UInt64 { known?.permit ?? KnownCaller.anonymous }

    /// The end of the request, as it is counted for its caller.
    var callerOutcome = CallerAccount.Outcome.served

    mutating func recordCaller(_ known: KnownCaller) {
        self.known = known
        record.caller = known.name
    }

    /// Goes on under the runtime in force, where the request has to begin again.
    ///
    /// Its caller was recognised under the rules before. Under other ones, nothing is remembered of it.
    mutating func renew(under current: CurrentRuntime) {
        let before = generation
        runtime = current.value
        if generation != before { isMemorable = false }
    }

    /// Creates the context of bytes that never became a request; their method is not to be trusted.
    init(refusedFrom caller: Caller, under current: CurrentRuntime, at clock: GatewayClock) {
        let request = Request(head: HTTPRequest(method: .get, scheme: nil, authority: nil, path: nil))
        self.init(request, from: caller, under: current, at: clock)
        record.method = "-"
    }

    /// Returns the directives of a Cache-Control value (RFC 9111, section 5.2.1), in lower case.
    private static func directives(_ value: String) -> [String] {
        value.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
    }
}
