import Messages
import Serving
import Synchronization

@testable import Gateway

/// A pipeline behind a real server, with a signal for parked requests.
///
/// It counts its fast-path responses, and the plain GETs that it took over.
struct CountingResponder: Responder {
    final class Count: Sendable {
        private let number = Mutex(0)
        var value: Int { number.withLock { $0 } }
        func increase() { number.withLock { $0 += 1 } }
    }

    var pipeline: Pipeline
    /// Whether it takes over plain GETs that are no hits; without that they take the regular path.
    var takesPlain = true
    let count = Count()
    let plain = Count()
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
        if isServed { count.increase() }
        return isServed
    }

    func park(_ request: FastPathRequest, from caller: Caller) -> (any ParkedRequest)? {
        let waiting = pipeline.park(request, from: caller)
        if waiting != nil { parked.fire() }
        return waiting
    }

    func respond(toPlain request: FastPathRequest, from caller: Caller) -> PendingResponse? {
        guard takesPlain, let response = pipeline.respond(toPlain: request, from: caller) else { return nil }
        plain.increase()
        return response
    }
}
