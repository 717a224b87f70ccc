import GatewayConfiguration
import Logging
import Serving
import Synchronization
import Telemetry

/// The files that are taken over when they change on the disk.
extension Service {
    /// The time between two looks at the files; with the time of a load it stays below 2 s.
    private static let pollInterval = Duration.milliseconds(800)
    private static let noticeInterval = Duration.seconds(86_400)

    /// Starts to look at the files, until the service ends.
    func watchFiles() {
        let task = Task { [weak self] in
            var noticed = ContinuousClock.now
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.pollInterval)
                guard let self, !Task.isCancelled else { return }
                await takeOverFiles()
                if ContinuousClock.now - noticed >= Self.noticeInterval {
                    noticed = .now
                    logNotices(errorsOnly: false)
                }
            }
        }
        state.withLock { $0.watch = task }
    }

    /// Logs the files that have ended or end soon.
    func logNotices(errorsOnly: Bool) {
        let (server, admin) = state.withLock { ($0.server, $0.admin) }
        for (section, server) in [("listen", server), ("admin", admin)] {
            for period in server?.periods ?? [] {
                guard let notice = period.notice, notice.isError || !errorsOnly else { continue }
                let text = "\(section).tls.\(period.part.rawValue): '\(period.file)' \(notice.reason)"
                logger.log(level: notice.isError ? .error : .warning, "\(text)")
            }
        }
    }

    /// Takes over the files that have changed since they were read.
    private func takeOverFiles() async {
        let configuration = currentRuntime.value.configuration
        let stamps = WatchedFiles.stamps(of: configuration)
        guard watched.withLock({ $0.step(stamps) }) == .takeOver else { return }
        await reloads.run { [self] in
            // A reload may have been before it in the line.
            let configuration = currentRuntime.value.configuration
            let stamps = WatchedFiles.stamps(of: configuration)
            guard watched.withLock({ $0.step(stamps) }) == .takeOver else { return }
            do throws(ConfigurationProblems) {
                try await takeOver(configuration)
                let changed = watched.withLock { watched in
                    defer { watched.adopted(stamps) }
                    return watched.changed(to: stamps)
                }
                reporter.metrics.count(.reloaded(succeeded: true))
                logger.info(
                    "changed files are in force",
                    metadata: ["files": "\(changed.joined(separator: ", "))"]
                )
                logNotices(errorsOnly: false)
            } catch {
                guard watched.withLock({ $0.refused(stamps) }) else { return }
                reporter.metrics.count(.reloaded(succeeded: false))
                for problem in error.all {
                    logger.error(
                        "changed files cannot be used, and the old ones stay in force",
                        metadata: ["problem": "\(problem)"]
                    )
                }
            }
        }
    }

    /// Reads all watched files and puts them in force together.
    private func takeOver(_ configuration: Configuration) async throws(ConfigurationProblems) {
        let (server, admin, bounds) = state.withLock { ($0.server, $0.admin, $0.bounds) }
        guard let server, let admin else { return }
        let access: AdminGuard
        let keys: APIKeys?
        do throws(ServiceError) {
            access = try configuration.adminGuard
            keys = try configuration.apiKeys
        } catch {
            throw error.problems
        }
        let listener = Self.listener(configuration, bounds: bounds, loops: loops)
        let prepared = try await Self.prepare(listener, of: server, key: "listen")
        let adminListener = Self.adminListener(configuration, bounds: bounds, loops: adminLoop)
        let preparedAdmin = try await Self.prepare(adminListener, of: admin, key: "admin")
        self.access.replace(by: access)
        adopt(keys)
        await server.adopt(prepared)
        await admin.adopt(preparedAdmin)
    }
}
