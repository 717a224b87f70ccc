import Messages
import Serving
import Synchronization

@testable import Gateway

/// A pipeline behind a real server, how many requests it answered from their bytes, and when it let one wait.
struct CountingResponder: Responder {
    final class Count: Sendable {
        let fastPath = Mutex(0)
        var value: Int { fastPath.withLock { $0 } }
    }

    var pipeline: Pipeline
    let count = Count()
    let parked = Signal()

    func forEventLoop(_ executor: any TaskExecutor) -> CountingResponder {
        var snapshot = self
        snapshot.pipeline = pipeline.forEventLoop(executor)
        return snapshot
    }

    func respond(to request: Request, from caller: Caller) -> PendingResponse {
        pipeline.respond(to: request, from: caller)
    }

    func refuse(_ refusal: Refusal, from caller: Caller) -> Response {
        pipeline.refuse(refusal, from: caller)
    }

    func respond(to request: FastPathRequest, from caller: Caller, into answer: inout ResponseBuffer) -> Bool
    {
        let isHot = pipeline.respond(to: request, from: caller, into: &answer)
        if isHot { count.fastPath.withLock { $0 += 1 } }
        return isHot
    }

    func park(_ request: FastPathRequest, from caller: Caller) -> (any ParkedRequest)? {
        let waiting = pipeline.park(request, from: caller)
        if waiting != nil { parked.fire() }
        return waiting
    }
}
