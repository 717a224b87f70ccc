import CognitoSync
import Policy
package import Serving

/// The short life of a request for a page that is in the table and whose target has been decoded before.
///
/// It is the long way without its decoding: the same table, the same bucket, the same fields, the same metrics and
/// access line. It only ever answers hits. Whatever else comes of a request (a miss, an empty bucket, other
/// settings) is found out again on the long way, which has one place for each; nothing is taken or begun before.
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
        into answer: inout ResponseBuffer
    ) -> Bool {
        guard let fastPath, let read = fastPath.find(request.target, generation: currentRuntime.generation)
        else { return false }
        let start = clock.monotonic()
        guard let hit = read.hit(now: start), let prepared = hit.page.prepared,
            admission.admitCaller(caller, now: start)
        else { return false }

        answer.begin()
        answer.append(FastPathText.requestID)
        var newID: String?
        if let given = request.requestID, RequestIdentity.isAcceptable(given) {
            answer.append(given)
        } else {
            let id = fastPath.newID()
            answer.append(id)
            newID = id
        }
        answer.append(FastPathText.hit)
        answer.append(decimal: hit.remainingFreshness.timeToLive / 1_000_000_000)
        answer.append(FastPathText.age)
        answer.append(decimal: hit.remainingFreshness.age / 1_000_000_000)
        answer.endLine()
        answer.finish(prepared)

        let end = clock.monotonic()
        telemetry.metrics.record(
            RequestTally(
                operation: .listRecords,
                status: hit.page.status,
                cache: hit.page.isAbsent ? .absent : .hit,
                nanoseconds: end.nanoseconds(since: start),
                bytesOut: hit.page.bodyLength,
                throttle: ThrottleFacts(caller: .admitted)
            )
        )
        if let writer = telemetry.writer {
            let requestID = newID ?? request.requestID?.text ?? ""
            var record = RequestRecord(request, id: requestID, from: caller, start: start, wall: clock.wall())
            record.setRead(of: read.identity, as: hit.page.isAbsent ? .absent : .hit)
            record.setPage(hit.page)
            record.age = hit.remainingFreshness.age / 1_000_000_000
            record.end = end
            writer.submit(.record(record))
        }
        return true
    }
}

/// The short way for a page that is not there yet, and that somebody has asked for.
extension Pipeline {
    package func park(_ request: FastPathRequest, from caller: Caller) -> (any ParkedRequest)? {
        guard let fastPath,
            let context = fastPath.fetches.find(request.target, generation: currentRuntime.generation)
        else {
            return nil
        }
        let start = clock.monotonic()
        guard let fetch = context.joinable(now: start), let slot = try? admission.acquire(for: .wait),
            admission.admitCaller(caller, now: start)
        else { return nil }
        return CollapsedRead(
            request,
            from: caller,
            to: (context.key, fetch),
            holding: slot,
            start: start,
            pipeline: self,
            fastPath: fastPath
        )
    }
}

/// What stands between the parts of an answer that vary, as bytes: made once.
enum FastPathText {
    static let requestID = [UInt8]("X-Request-Id: ".utf8)
    static let hit = [UInt8]("\r\nCache-Status: syncgate; hit; ttl=".utf8)
    static let collapsed = [UInt8]("\r\nCache-Status: \(CacheStatus.collapsed.fieldValue)\r\n".utf8)
    static let age = [UInt8]("\r\nAge: ".utf8)
}
