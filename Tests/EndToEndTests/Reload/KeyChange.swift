import Gateway
import GatewayConfiguration

/// A change of one key, and the way to see that the new value is in force.
struct KeyChange: Sendable {
    let key: String
    /// The new value, as a variable gives it; `FOLDER/` stands for the folder of the certificates.
    let value: String
    /// The keys that the change needs beside it, from the start on.
    var with: [String: String] = [:]
    /// Does what has to be on the disk before the reload.
    var before: @Sendable (ReloadScene) async throws -> Void = { _ in }
    /// Returns whether the new value is in force, after the reload and, as a proof that it can fail, before it.
    var isInForce: @Sendable (ReloadScene) async throws -> Bool

    /// A change that the part made from the key shows.
    ///
    /// The value is compared with ``Service/configurationOfParts``, which is put together from the parts.
    static func part(
        _ key: String,
        _ value: String,
        with: [String: String] = [:],
        before: @escaping @Sendable (ReloadScene) async throws -> Void = { _ in }
    ) -> Self {
        Self(key: key, value: value, with: with, before: before) { scene in
            guard let found = Configuration.keys.first(where: { $0.key == key }) else { return false }
            let wanted = try scene.input.load().configuration
            return found.shown(scene.service.configurationOfParts) == found.shown(wanted)
        }
    }
}
