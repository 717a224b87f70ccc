internal import Synchronization

/// The region that the profile gave when a configuration was read before.
///
/// A profile file that is away for a moment must not move the gateway to another region at a reload.
package final class ProfileRegion: Sendable {
    private let known = Mutex<String?>(nil)

    package init() {}

    /// Remembers the region of the profile, or puts the remembered one in where nothing gives a region any more.
    package func keep(in loaded: inout LoadedConfiguration) {
        known.withLock { known in
            guard loaded.configuration.upstream.givenRegion == nil, let region = known else {
                known = loaded.profileRegion
                return
            }
            loaded.configuration.upstream.givenRegion = region
            let message = "upstream.region: the profile names none any more; '\(region)' stays, give the key"
            let location = ConfigurationLocation.standard(key: "upstream.region")
            loaded.warnings.append(ConfigurationProblem(location: location, message: message))
        }
    }
}
