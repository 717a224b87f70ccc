import Messages
import Serving
import Synchronization

@testable import Gateway

/// A pipeline behind a real server, with the number of its fast-path responses and a signal for parked
/// requests.
struct CountingResponder: Responder {
    final class Count: Sendable {
        let fastPath = Mutex(0)
        var value: Int { fastPath.withLock { $0 } }
    }

    var pipeline: Pipeline
    let count = Count()
    let parked = Signal()

    func forEventLoop(_ executor: any TaskExecutor) -> CountingResponder {
        var responder = self
        responder.pipeline = pipeline.forEventLoop(executor)
        return responder
    }

    func respond(to request: Request, from caller: Caller) -> PendingResponse {
        pipeline.respond(to: request, from: caller)
    }

    func refuse(_ refusal: Refusal, from caller: Caller) -> Response {
        pipeline.refuse(refusal, from: caller)
    }

    func respond(
        to request: FastPathRequest,
        from caller: Caller,
        into response: inout ResponseBuffer
    ) -> Bool {
        let isServed = pipeline.respond(to: request, from: caller, into: &response)
        if isServed { count.fastPath.withLock { $0 += 1 } }
        return isServed
    }

    func park(_ request: FastPathRequest, from caller: Caller) -> (any ParkedRequest)? {
        let waiting = pipeline.park(request, from: caller)
        if waiting != nil { parked.fire() }
        return waiting
    }
}
