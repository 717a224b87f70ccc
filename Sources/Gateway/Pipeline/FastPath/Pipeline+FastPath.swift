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
        pipeline.hot = HotReads()
        pipeline.executor = executor
        return pipeline
    }

    package func respond(to request: HotRequest, from peer: Peer, into answer: inout AnswerBuffer) -> Bool {
        guard let hot, let read = hot.find(request.target, generation: live.generation) else { return false }
        let start = clock.monotonic()
        guard let hit = read.hit(now: start), let prepared = hit.page.prepared,
            admission.admitCaller(peer, now: start)
        else { return false }

        answer.begin()
        answer.append(HotText.requestID)
        var newID: String?
        if let given = request.requestID, RequestIdentity.isAcceptable(given) {
            answer.append(given)
        } else {
            let id = hot.newID()
            answer.append(id)
            newID = id
        }
        answer.append(HotText.hit)
        answer.append(decimal: hit.standing.timeToLive / 1_000_000_000)
        answer.append(HotText.age)
        answer.append(decimal: hit.standing.age / 1_000_000_000)
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
            var exchange = Exchange(request, id: requestID, from: peer, start: start, wall: clock.wall())
            exchange.note(readOf: read.identity, as: hit.page.isAbsent ? .absent : .hit)
            exchange.note(hit.page)
            exchange.age = hit.standing.age / 1_000_000_000
            exchange.end = end
            writer.submit(.exchange(exchange))
        }
        return true
    }
}

/// The short way for a page that is not there yet, and that somebody has asked for.
extension Pipeline {
    package func park(_ request: HotRequest, from peer: Peer) -> (any ParkedRequest)? {
        guard let hot, let call = hot.calls.find(request.target, generation: live.generation) else {
            return nil
        }
        let start = clock.monotonic()
        guard let fetch = call.joinable(now: start), let place = try? admission.enter(for: .wait),
            admission.admitCaller(peer, now: start)
        else { return nil }
        return JoinedRead(
            request,
            from: peer,
            to: (call.key, fetch),
            holding: place,
            start: start,
            pipeline: self,
            hot: hot
        )
    }
}

/// What stands between the parts of an answer that vary, as bytes: made once.
enum HotText {
    static let requestID = [UInt8]("X-Request-Id: ".utf8)
    static let hit = [UInt8]("\r\nCache-Status: syncgate; hit; ttl=".utf8)
    static let collapsed = [UInt8]("\r\nCache-Status: \(CacheStatus.collapsed.fieldValue)\r\n".utf8)
    static let age = [UInt8]("\r\nAge: ".utf8)
}
