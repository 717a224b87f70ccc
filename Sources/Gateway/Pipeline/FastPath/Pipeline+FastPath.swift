import CognitoSync
import Policy
package import Serving
import Telemetry

/// The fast path of a request for a cached page whose target has been decoded before.
///
/// It is the regular path without the decoding: the same table, bucket, fields, metrics and access line. It
/// only serves hits. A miss, an empty bucket or another runtime is found again on the regular path, which
/// handles each in one place. Before that the fast path consumes nothing and starts nothing.
extension Pipeline {
    package func forEventLoop(_ executor: any TaskExecutor) -> Pipeline {
        var pipeline = self
        pipeline.fastPath = FastPathPages()
        pipeline.executor = executor
        return pipeline
    }

    package func respond(
        to request: FastPathRequest,
        from caller: Caller,
        into response: inout ResponseBuffer
    ) -> Bool {
        let generation = currentRuntime.generation
        let start = clock.monotonic()
        guard let fastPath,
            let known = recognised(request, from: caller, generation: generation, now: start),
            let page = fastPath.find(
                request.target,
                permit: known.permit,
                host: request.host,
                generation: generation
            ),
            let hit = page.hit(now: start), let prepared = hit.page.prepared,
            response.accepts(prepared),
            admission.admitCaller(caller, known: known.caller, now: start)
        else { return false }

        response.begin()
        response.append(FastPathText.requestID)
        var newID: String?
        if let given = request.requestID, RequestIdentity.isAcceptable(given) {
            response.append(given)
        } else {
            let id = fastPath.newID()
            response.append(id)
            newID = id
        }
        if hit.page.hasNoRequestID {
            response.append(FastPathText.amznRequestID)
            if let newID {
                response.append(newID)
            } else if let given = request.requestID {
                response.append(given)
            }
        }
        response.append(FastPathText.hit)
        response.append(decimal: hit.remainingFreshness.timeToLive / 1_000_000_000)
        response.append(FastPathText.age)
        response.append(decimal: hit.remainingFreshness.age / 1_000_000_000)
        response.endLine()
        response.finish(prepared)

        let end = clock.monotonic()
        reporter.metrics.record(
            RequestTally(
                operation: .listRecords,
                status: hit.page.status,
                cache: hit.page.isAbsent ? .absent : .hit,
                nanoseconds: end.nanoseconds(since: start),
                bytesOut: hit.page.bodyLength,
                throttle: ThrottleFacts(caller: .admitted)
            )
        )
        known.caller?.account?.count(.served)
        if let writer = reporter.writer {
            let requestID = newID ?? request.requestID?.text ?? ""
            var record = RequestRecord(request, id: requestID, from: caller, start: start, wall: clock.wall())
            if let known = known.caller { record.caller = known.name }
            record.setRead(of: page.identity, as: hit.page.isAbsent ? .absent : .hit)
            record.setPage(hit.page)
            record.age = hit.remainingFreshness.age / 1_000_000_000
            record.end = end
            writer.submit(.record(record))
        }
        return true
    }
}

/// The fast path of a request for a page that another request fetches.
extension Pipeline {
    /// The caller of a plain request, as far as it was recognised before.
    struct RecognisedCaller {
        let caller: KnownCaller?
        var permit: UInt64 { caller?.permit ?? KnownCaller.anonymous }
    }

    /// Returns the caller of a plain request; nil for one with a credential that is not known yet.
    ///
    /// A request without a credential may be of nobody. If callers must be known, nothing is remembered for that.
    @inline(__always)
    func recognised(
        _ request: FastPathRequest,
        from caller: Caller,
        generation: UInt64,
        now: Instant
    ) -> RecognisedCaller? {
        guard let credential = request.credential else {
            return RecognisedCaller(
                caller: KnownCaller.noted(by: caller, nil, generation: generation, now: now)
            )
        }
        return known(by: credential, of: caller, generation: generation, now: now).map {
            RecognisedCaller(caller: $0)
        }
    }

    package func park(_ request: FastPathRequest, from caller: Caller) -> (any ParkedRequest)? {
        let generation = currentRuntime.generation
        let start = clock.monotonic()
        guard let fastPath,
            let known = recognised(request, from: caller, generation: generation, now: start),
            let entry = fastPath.fetches.find(request.target, permit: known.permit, generation: generation),
            fastPath.serves(request.host, generation: generation), let fetch = entry.joinable(now: start),
            let slot = try? admission.concurrency.acquire(for: .wait, by: known.caller?.account),
            admission.admitCaller(caller, known: known.caller, now: start)
        else { return nil }
        return CollapsedRead(
            request,
            from: caller,
            known: known.caller,
            joining: (entry.key, fetch),
            holding: slot,
            start: start,
            pipeline: self,
            fastPath: fastPath
        )
    }
}

/// The constant parts of a fast-path response, between those that vary, as bytes.
enum FastPathText {
    static let requestID = [UInt8]("X-Request-Id: ".utf8)
    static let amznRequestID = [UInt8]("\r\nx-amzn-RequestId: ".utf8)
    static let hit = [UInt8]("\r\nCache-Status: syncgate; hit; ttl=".utf8)
    static let collapsed = [UInt8]("\r\nCache-Status: \(CacheStatus.collapsed(.uriMiss).fieldValue)\r\n".utf8)
    static let age = [UInt8]("\r\nAge: ".utf8)
}
