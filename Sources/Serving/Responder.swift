package import Messages

/// What a server asks of the program behind it.
///
/// The server hands over whole, well-formed requests and writes whole answers; it knows nothing of what they
/// mean. `respond` is called on the connection's event loop and must not block it.
package protocol Responder: Sendable {
    func respond(to request: Request, from caller: Caller) -> PendingResponse
    /// The answer to what never became a request; the connection is closed after it if the refusal says so.
    func refuse(_ refusal: Refusal, from caller: Caller) -> Response

    /// The one that the connections of one event loop ask; asked for once for each loop.
    ///
    /// It may keep what the others need not see, and so need not wait for. Tasks that it starts on `executor` run on
    /// the event loop.
    func forEventLoop(_ executor: any TaskExecutor) -> Self
    /// Writes the whole answer to a plain GET, or declines: then nothing has happened, and `respond` is asked.
    ///
    /// What it writes must be the bytes that the long way would give.
    func respond(
        to request: FastPathRequest,
        from caller: Caller,
        into response: inout ResponseBuffer
    ) -> Bool
    /// Lets a plain GET that has just been declined wait for what another one has asked for; nil if nobody has.
    func park(_ request: FastPathRequest, from caller: Caller) -> (any ParkedRequest)?
    /// Refuses a plain GET that has just been declined, or declines that too.
    ///
    /// Called before anything of it is decoded: who has more to do than time to do it saves both here.
    func shed(_ request: FastPathRequest, from caller: Caller, into response: inout ResponseBuffer) -> Bool
    /// Told how long a task that could go on, with what it had asked for, waited for its event loop.
    func eventLoopWasLate(by lag: Duration)
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

    package func shed(
        _ request: FastPathRequest,
        from caller: Caller,
        into response: inout ResponseBuffer
    ) -> Bool {
        false
    }

    package func eventLoopWasLate(by lag: Duration) {}
}

/// An answer at once, on the event loop, or one that takes a task.
///
/// The task is cancelled when the client hangs up.
package enum PendingResponse: Sendable {
    case now(OutgoingResponse)
    case later(@Sendable () async -> OutgoingResponse)
}

/// A response and how it is to be delivered.
package struct OutgoingResponse: Sendable {
    package var response: Response
    package var delivery: Delivery

    package init(_ response: Response, delivery: Delivery = .whole) {
        self.response = response
        self.delivery = delivery
    }
}

/// How much of an answer goes out: an origin that injects faults cuts its own.
package enum Delivery: Sendable, Equatable {
    case whole
    /// Only the first `bytes` of head and body go out; then the connection is closed, by RST if `reset`.
    case cut(bytes: Int, reset: Bool)
}

/// Who is on the other side of a connection: from the socket and the TLS handshake only, never from a header.
package struct Caller: Sendable, Hashable {
    /// The address without a port, or the path of a Unix socket.
    package var address: String
    /// The subject of a verified client certificate.
    package var certificate: String?

    package init(address: String, certificate: String? = nil) {
        self.address = address
        self.certificate = certificate
    }
}
