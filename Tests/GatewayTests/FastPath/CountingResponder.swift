import Messages
import Serving
import Synchronization

@testable import Gateway

/// A pipeline behind a real server, how many requests it answered from their bytes, and when it let one wait.
struct Watched: Responder {
    final class Count: Sendable {
        let hot = Mutex(0)
        var value: Int { hot.withLock { $0 } }
    }

    var pipeline: Pipeline
    let count = Count()
    let parked = Signal()

    func forEventLoop(_ executor: any TaskExecutor) -> Watched {
        var copy = self
        copy.pipeline = pipeline.forEventLoop(executor)
        return copy
    }

    func respond(to request: Request, from peer: Peer) -> Answer { pipeline.respond(to: request, from: peer) }

    func refuse(_ refusal: Refusal, from peer: Peer) -> Response { pipeline.refuse(refusal, from: peer) }

    func respond(to request: HotRequest, from peer: Peer, into answer: inout AnswerBuffer) -> Bool {
        let isHot = pipeline.respond(to: request, from: peer, into: &answer)
        if isHot { count.hot.withLock { $0 += 1 } }
        return isHot
    }

    func park(_ request: HotRequest, from peer: Peer) -> (any ParkedRequest)? {
        let waiting = pipeline.park(request, from: peer)
        if waiting != nil { parked.fire() }
        return waiting
    }
}
