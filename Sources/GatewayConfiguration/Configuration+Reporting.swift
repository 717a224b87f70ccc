package import Logging
package import Telemetry

extension Configuration {
    /// The log and the access lines.
    package struct Log: Sendable, Equatable {
        package var level = Logger.Level.info
        package var format = LogFormat.json
        package var access = true
        package var identities = IdentityForm.hashed
        package var saltFile: String?
    }

    /// The end of a process: the time that it is not ready and still serves, then the time for requests in work.
    package struct Drain: Sendable, Equatable {
        package var delay = Duration.zero
        package var timeout = Duration.seconds(25)
    }
}
