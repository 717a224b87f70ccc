import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A listening HTTP/1.1 server, with TLS if it is configured.
///
/// It listens until it is drained: dropping the reference does not end it.
package final class HTTPServer: Sendable {
    let core: ServerCore
    /// The place where it listens.
    let place: Mutex<ListeningPlace>

    private init(core: ServerCore, place: ListeningPlace) {
        self.core = core
        self.place = Mutex(place)
    }

    /// Starts a server, and returns once it listens.
    package static func start(
        _ configuration: ServerConfiguration,
        responder: any Responder
    ) async throws(ServingError) -> HTTPServer {
        let settings = try ConnectionConfiguration(loading: configuration)
        let core = ServerCore(configuration, settings: settings, responder: responder)
        let place = try await ListeningPlace.open(configuration, core: core, accepting: true)
        return HTTPServer(core: core, place: place)
    }

    /// The TCP port that the system gave; 0 on a Unix socket.
    package var boundPort: Int { place.withLock { $0.port } }
    /// The address in the form of the configuration: `127.0.0.1:40123`, `unix:/path`.
    package var boundAddress: String { place.withLock { $0.address } }
    /// The times in which the files of TLS are valid; nothing without TLS.
    package var periods: [ValidityPeriod] { core.settings.value.tls?.periods ?? [] }

    /// Stops accepting, lets the requests in work finish, and returns when no connection is open.
    ///
    /// An idle connection is closed once no request can be on its way. A request that still comes gets a
    /// response with `connection: close`.
    ///
    /// - Parameter timeout: The time after which the remaining connections are cut.
    package func drain(timeout: Duration) async {
        core.state.beginDraining()
        let place = place.withLock { $0 }
        await place.close()
        core.state.stopAccepting()
        if await !isEmpty(within: timeout, on: place.channel.eventLoop) {
            core.state.broadcast(.abort)
            _ = await isEmpty(within: .seconds(1), on: place.channel.eventLoop)
        }
    }

    /// Waits until no connection is open; returns false if the time ends first.
    private func isEmpty(within time: Duration, on loop: any EventLoop) async -> Bool {
        let promise = loop.makePromise(of: Void.self)
        let timer = loop.scheduleTask(in: TimeAmount(time)) {
            promise.fail(DrainError.timedOut)
        }
        core.state.whenEmpty(promise)
        defer { timer.cancel() }
        do {
            try await promise.futureResult.get()
            return true
        } catch {
            return false
        }
    }

    package func statistics() -> ServerStatistics { core.state.statistics() }
    package var loops: EventLoops { core.loops }
    /// The longest times that it waits for new connections.
    package var timeouts: ServerTimeouts { core.settings.value.configuredTimeouts }
}

/// The failure of a drain.
private enum DrainError: Error {
    /// Connections were still open when the time ended.
    case timedOut
}
