package import Serving
package import SigV4

/// A Cognito Sync origin in memory, listening: the demo's and the tests' upstream.
///
/// It verifies every signature, keeps its own data, and fails on command. It is a tool for tests: its control
/// commands (`ControlRequest`) need no signature, so it belongs on a loopback address.
package final class Emulator: Sendable {
    private let server: HTTPServer
    private let responder: EmulatorResponder
    /// Threads of its own, where none were given.
    private let ownLoops: EventLoops?
    private let options: EmulatorOptions

    private init(
        server: HTTPServer,
        responder: EmulatorResponder,
        ownLoops: EventLoops?,
        options: EmulatorOptions
    ) {
        self.server = server
        self.responder = responder
        self.ownLoops = ownLoops
        self.options = options
    }

    /// Starts listening; `now` gives milliseconds since 1970 and is the only clock that is looked at.
    ///
    /// Port 0 lets the system choose.
    package static func start(
        options: EmulatorOptions = EmulatorOptions(),
        address: ListenAddress = .tcp(host: "127.0.0.1", port: 0),
        loops: EventLoops? = nil,
        now: @escaping @Sendable () -> Int64
    ) async throws(ServingError) -> Emulator {
        let running = loops ?? EventLoops(workers: 1)
        let ownLoops = loops == nil ? running : nil
        let responder = EmulatorResponder(options: options, now: now)
        do throws(ServingError) {
            let server = try await HTTPServer.start(
                ServerConfiguration(address: address, loops: running),
                responder: responder
            )
            return Emulator(server: server, responder: responder, ownLoops: ownLoops, options: options)
        } catch {
            await ownLoops?.shutdown()
            throw error
        }
    }

    package var port: Int { server.boundPort }
    /// As it would be written in a configuration: `127.0.0.1:40123`.
    package var address: String { server.boundAddress }
    /// For a client's configuration: `http://127.0.0.1:PORT`.
    package var endpoint: String { "http://127.0.0.1:\(port)" }
    package var region: String { options.region }
    /// The pair that a client may sign with.
    package var credentials: Credentials { options.credentials.first ?? .demo }

    /// Looks at, or changes, what the emulator holds, in one step: a writer who goes round every gateway.
    package func withStore<Result: Sendable>(_ body: (inout DatasetStore) throws -> Result) rethrows -> Result
    {
        try responder.withStore(body)
    }

    /// A copy of what the emulator holds at this moment.
    package var store: DatasetStore { withStore { $0 } }
    package var statistics: EmulatorStatistics { responder.statistics }
    /// The newest requests, oldest first.
    package var requests: [SeenRequest] { responder.requests }

    package func addFault(_ fault: Fault) { responder.addFault(fault) }
    package func clearFaults() { responder.clearFaults() }

    /// Stops listening and cuts what is still open after a moment.
    package func stop() async {
        await server.drain(timeout: .milliseconds(500))
        await ownLoops?.shutdown()
    }
}
