import NIOCore
import Synchronization

/// A configuration that a running server can adopt: its files are loaded and its address is bound.
package struct PreparedServer: Sendable {
    let configuration: ServerConfiguration
    let settings: ConnectionConfiguration
    /// The listener at another address, which does not accept yet; nil where the address stays.
    let place: ListeningPlace?

    /// The times in which the files of TLS are valid.
    package var periods: [ValidityPeriod] { settings.tls?.periods ?? [] }

    /// Gives up, and releases the new address.
    package func abandon() async { await place?.close() }
}

extension HTTPServer {
    /// Loads the files of a configuration, and binds its address if that is another one.
    ///
    /// Nothing changes for callers until ``adopt(_:)``.
    package func prepare(
        _ configuration: ServerConfiguration
    ) async throws(ServingError) -> PreparedServer {
        let settings = try ConnectionConfiguration(loading: configuration)
        guard configuration.address != place.withLock({ $0.configured }) else {
            return PreparedServer(configuration: configuration, settings: settings, place: nil)
        }
        let place = try await ListeningPlace.open(configuration, core: core, accepting: false)
        return PreparedServer(configuration: configuration, settings: settings, place: place)
    }

    /// Puts a prepared configuration in force for new connections.
    ///
    /// Open connections keep the settings that they began with, also those of an address that is given up. Bounds on
    /// connections and bytes are in force for all.
    package func adopt(_ prepared: PreparedServer) async {
        core.settings.replace(by: prepared.settings)
        core.state.resize(to: prepared.configuration.limits)
        guard let new = prepared.place else {
            place.withLock { $0.file }?.setPermissions(prepared.configuration.permissions)
            return
        }
        let old = place.withLock { place -> ListeningPlace? in
            // A server that drains must not listen again.
            guard !core.state.isDraining else { return nil }
            defer { place = new }
            return place
        }
        guard let old else { return await new.close() }
        await new.accept()
        await old.close()
    }
}

extension ConnectionConfiguration {
    /// Makes the settings of a configuration, whose files it reads.
    convenience init(loading configuration: ServerConfiguration) throws(ServingError) {
        do {
            self.init(configuration, tls: try configuration.tls?.load())
        } catch {
            throw .badTLS(error)
        }
    }
}
