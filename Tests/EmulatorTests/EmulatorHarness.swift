import CognitoSync
import HTTPTypes
import Messages
import Serving
import SigV4
import Synchronization
import TestSupport
import Testing

@testable import Emulator

/// The emulator without its socket, with a clock that a test advances, and a signer of requests.
final class EmulatorHarness: Sendable {
    let responder: EmulatorResponder
    private let clock: SteppedClock
    private let signer = Signer(region: "us-east-1", service: "cognito-sync")

    init(_ change: (inout EmulatorOptions) -> Void = { _ in }) {
        var options = EmulatorOptions()
        options.demoData = true
        change(&options)
        let clock = SteppedClock()
        self.clock = clock
        responder = EmulatorResponder(options: options, now: { clock.milliseconds.withLock { $0 } })
    }

    func advance(seconds: Int64) { clock.milliseconds.withLock { $0 += seconds * 1000 } }

    /// Returns the request of an operation, signed as by a gateway.
    func signed(
        _ operation: Operation,
        by credentials: Credentials = .demo,
        ahead seconds: Int64 = 0
    ) -> Request {
        var request = operation.request()
        let time = SigningTime(epochSeconds: clock.milliseconds.withLock { $0 } / 1000 + seconds)
        signer.sign(&request, host: "127.0.0.1:9000", credentials: credentials, at: time)
        return request
    }

    func response(to request: Request) async -> OutgoingResponse {
        switch responder.respond(to: request, from: Caller(address: "127.0.0.1")) {
        case .now(let response): response
        case .later(let work): await work()
        }
    }

    func send(_ request: Request) async -> Response { await response(to: request).response }
    func send(_ operation: Operation) async -> Response { await send(signed(operation)) }

    func control(_ method: HTTPRequest.Method, _ command: String, _ body: String = "") async -> Response {
        let head = HTTPRequest(
            method: method,
            scheme: "http",
            authority: "127.0.0.1",
            path: "/_emulator/\(command)"
        )
        return await send(Request(head: head, body: [UInt8](body.utf8)))
    }

    func read(since count: Int64 = 0) throws -> Operation {
        .listRecords(ListRecords(scope: try scope(), lastSyncCount: count))
    }

    func scope() throws -> DatasetScope {
        try #require(
            DatasetScope(pool: DemoData.pool, identity: DemoData.identity, dataset: DemoData.dataset)
        )
    }
}

private final class SteppedClock: Sendable {
    let milliseconds = Mutex<Int64>(1_413_836_234_607)
}

extension Response {
    var text: String { String(decoding: body, as: UTF8.self) }
    var errorType: String? { self["x-amzn-ErrorType"] }

    subscript(name: String) -> String? { HTTPField.Name(name).flatMap { head.headerFields[$0] } }
}
