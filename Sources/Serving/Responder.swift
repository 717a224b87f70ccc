package import Messages

/// The source of the responses of a server.
///
/// The server passes whole, well-formed requests and writes whole responses; it knows nothing of their
/// meaning. All functions but `forEventLoop` run on the event loop of the connection and must not block it.
package protocol Responder: Sendable {
    func respond(to request: Request, from caller: Caller) -> PendingResponse
    /// Returns the response to bytes that never became a request; the connection is closed after it.
    func refuse(_ refusal: Refusal, from caller: Caller) -> Response

    /// Returns the responder shared by all connections of one event loop. Called once per loop.
    ///
    /// It may have state of its own, which no other event loop has to see or to wait for. Tasks that it
    /// starts on `executor` run on the event loop.
    func forEventLoop(_ executor: any TaskExecutor) -> Self
    /// Writes the whole response to a plain GET, or declines.
    ///
    /// The bytes must be equal to those of the regular path.
    ///
    /// - Returns: False if it declines; then it has no effect, and the request takes the regular path.
    func respond(
        to request: FastPathRequest,
        from caller: Caller,
        into response: inout ResponseBuffer
    ) -> Bool
    /// Parks a plain GET that has just been declined, to wait for the fetch of another request.
    ///
    /// - Returns: Nil if there is no such fetch.
    func park(_ request: FastPathRequest, from caller: Caller) -> (any ParkedRequest)?
    /// Whether nothing more can be forwarded, so that most requests will be rejected.
    var isFull: Bool { get }
    /// Returns whether the event loop has time for a rejection; beyond it, those that would be rejected wait.
    ///
    /// - Parameter now: The time on the clock of the event loop, in nanoseconds.
    func hasTimeForRejections(now: Int64) -> Bool
    /// Receives the time that a rejection took of the event loop, in nanoseconds.
    func rejectionTook(_ time: Int64, now: Int64)
    /// Sheds a plain GET that has just been declined, or declines again.
    ///
    /// Called before the request is decoded, which is cheapest for an overloaded gateway, and only while it is full.
    ///
    /// - Returns: False if it declines; then it has no effect, and the request takes the regular path.
    func shed(_ request: FastPathRequest, from caller: Caller, into response: inout ResponseBuffer) -> Bool
    /// Responds to a plain GET that has just been declined, without the whole request.
    ///
    /// The response must be equal to that of the regular path.
    ///
    /// - Returns: Nil if it declines; then it has no effect, and the request takes the regular path.
    func respond(toPlain request: FastPathRequest, from caller: Caller) -> PendingResponse?
    /// Receives the time that a task which was ready to continue waited for its event loop.
    func eventLoopWasLate(by lag: Duration)
    /// Receives a TLS handshake that failed; `detail` is the text of the library, for people.
    func handshakeFailed(_ outcome: HandshakeOutcome, from caller: Caller, detail: String)
    /// Receives a connection that was closed for its PROXY header; `detail` is for people, and may be empty.
    func hopRefused(_ refusal: Refusal, from caller: Caller, detail: String)
    /// Returns the response to a load balancer that asks whether requests are served.
    func health(from caller: Caller) -> Response
}

extension Responder {
    package func forEventLoop(_ executor: any TaskExecutor) -> Self { self }

    package func respond(
        to request: FastPathRequest,
        from caller: Caller,
        into response: inout ResponseBuffer
    ) -> Bool {
        false
    }

    package func park(_ request: FastPathRequest, from caller: Caller) -> (any ParkedRequest)? { nil }

    package var isFull: Bool { false }

    package func hasTimeForRejections(now: Int64) -> Bool { true }

    package func rejectionTook(_ time: Int64, now: Int64) {}

    package func shed(
        _ request: FastPathRequest,
        from caller: Caller,
        into response: inout ResponseBuffer
    ) -> Bool {
        false
    }

    package func respond(toPlain request: FastPathRequest, from caller: Caller) -> PendingResponse? { nil }

    package func eventLoopWasLate(by lag: Duration) {}

    package func handshakeFailed(_ outcome: HandshakeOutcome, from caller: Caller, detail: String) {}

    package func hopRefused(_ refusal: Refusal, from caller: Caller, detail: String) {}

    package func health(from caller: Caller) -> Response {
        refuse(.badTarget, from: caller)
    }
}

/// A response that is ready, or the function that makes it.
package enum PendingResponse: Sendable {
    /// The response, made on the event loop.
    case now(OutgoingResponse)
    /// The function to run in a task, which is cancelled when the connection is reset.
    case later(@Sendable () async -> OutgoingResponse)
}

/// A response with its delivery.
package struct OutgoingResponse: Sendable {
    package var response: Response
    /// The body in place of that of `response`, which is empty then.
    package var sharedBody: SharedBody?
    package var delivery: Delivery
    /// Whether the server may send a 503 instead if it has no room for the response.
    package var isReplaceable = true
    /// The reason of a response that rejects its request; nil for any other response.
    package var rejection: Rejection?

    package init(_ response: Response, sharedBody: SharedBody? = nil, delivery: Delivery = .whole) {
        self.response = response
        self.sharedBody = sharedBody
        self.delivery = delivery
    }
}

/// The reason why a request is rejected, though it may be right: when another one may get a better response.
package enum Rejection: Sendable, Equatable {
    /// Nothing more can be forwarded: as soon as a forward has ended.
    case full
    /// A rate, or an upstream that rests: after some time.
    case later
}

/// The part of a response that goes out: the emulator cuts its responses to inject faults.
package enum Delivery: Sendable, Equatable {
    case whole
    /// The first `bytes` of head and body; then the connection is closed, by RST if `reset`.
    case cut(bytes: Int, reset: Bool)
}
