import GatewayConfiguration
import Serving

extension Service {
    /// The line about the service that a supervisor shows to people.
    package var statusLine: String { "serving on \(address)" }

    /// The longest time that a drain takes, with some reserve for the end of the threads.
    package var longestDrain: Duration {
        let drain = currentRuntime.value.configuration.drain
        return drain.delay + drain.timeout + .seconds(5)
    }

    /// Returns whether every event loop responds within a time.
    package func responds(within time: Duration) async -> Bool {
        guard await loops.respond(within: time) else { return false }
        return await adminLoop.respond(within: time)
    }
}
