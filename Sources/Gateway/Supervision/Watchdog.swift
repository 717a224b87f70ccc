/// The sender of the signs of life that a supervisor waits for (`sd_watchdog_enabled(3)`).
///
/// It sends one only while every event loop responds. A process whose loops are stuck is then restarted.
package struct Watchdog: Sendable {
    /// The time after which the supervisor takes the process for dead.
    let limit: Duration
    private let environment: [String: String]

    /// Reads the variables; nil where no supervisor waits for this process.
    package init?(environment: [String: String], processID: Int32) {
        guard let text = environment["WATCHDOG_USEC"], let microseconds = Int64(text),
            (1...86_400_000_000).contains(microseconds)
        else { return nil }
        if let process = environment["WATCHDOG_PID"], process != "\(processID)" { return nil }
        limit = .microseconds(microseconds)
        self.environment = environment
    }

    /// Sends a sign of life twice in each limit, until the task is cancelled.
    ///
    /// - Parameter responds: Returns whether every event loop responds within the given time.
    package func run(responds: @Sendable (Duration) async -> Bool) async {
        while !Task.isCancelled {
            let began = ContinuousClock.now
            if await responds(limit / 4) { ServiceNotification.alive.send(environment: environment) }
            try? await Task.sleep(until: began.advanced(by: limit / 2))
        }
    }
}
