package import Serving
package import SigV4

/// The emulator: a server that stands for Cognito Sync, the upstream of the demo and of the tests.
///
/// It verifies every signature, has its own data in memory, and fails on command. It is a tool for tests: its
/// control commands (``ControlRequest``) need no signature, so it belongs on a loopback address.
package final class Emulator: Sendable {
    private let server: HTTPServer
    private let responder: EmulatorResponder
    /// The event loops that the emulator owns, or nil if it shares given ones.
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

    /// Starts listening; port 0 lets the system choose.
    ///
    /// `now` returns milliseconds since 1970 and is the only clock that the emulator reads.
    package static func start(
        options: EmulatorOptions = EmulatorOptions(),
        address: ListenAddress = .tcp(host: "127.0.0.1", port: 0),
        loops: EventLoops? = nil,
        now: @escaping @Sendable () -> Int64
    ) async throws(ServingError) -> Emulator {
        let running = loops ?? EventLoops(workers: 1)
        let ownLoops = loops == nil ? running : nil
        let responder = EmulatorResponder(
            options: options,
            hosts: HostPolicy(names: [], of: address),
            now: now
        )
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
    /// The bound address in the spelling of a configuration: `127.0.0.1:40123`.
    package var address: String { server.boundAddress }
    /// The endpoint for the configuration of a gateway or an SDK: `http://127.0.0.1:PORT`.
    package var endpoint: String { "http://127.0.0.1:\(port)" }
    package var region: String { options.region }
    /// The first key pair whose signatures are accepted.
    package var credentials: Credentials { options.credentials.first ?? .demo }

    /// Reads or changes the data in one step, past every gateway.
    package func withStore<Result: Sendable>(_ body: (inout DatasetStore) throws -> Result) rethrows -> Result
    {
        try responder.withStore(body)
    }

    /// The data at this moment, as a value.
    package var store: DatasetStore { withStore { $0 } }
    package var statistics: EmulatorStatistics { responder.statistics }
    /// The newest requests, oldest first.
    package var requests: [SeenRequest] { responder.requests }

    package func addFault(_ fault: Fault) { responder.addFault(fault) }
    package func clearFaults() { responder.clearFaults() }

    /// Stops listening, and closes the connections that are still open after half a second.
    package func stop() async {
        await server.drain(timeout: .milliseconds(500))
        await ownLoops?.shutdown()
    }
}
