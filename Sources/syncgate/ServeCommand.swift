import ArgumentParser
import CredentialSources
import Emulator
import Foundation
import Gateway
import GatewayConfiguration
import Logging
import Serving
import SigV4

/// The command that serves the gateway: `syncgate serve --config FILE`, or `--demo` with the emulator inside.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the gateway.",
        discussion: """
            SIGTERM and SIGINT drain, a second one ends at once; SIGHUP reads the configuration again.
            SIGUSR1 writes the state to the log; SIGUSR2 is ignored.
            """
    )

    @Option(help: "The configuration file.")
    var config: String?

    @Flag(help: "Serve in front of an emulated Cognito Sync: no account, no file.")
    var demo = false

    @Option(help: "Where callers connect; overrides listen.address.")
    var listen: String?

    @Option(help: "Where operators connect; overrides admin.address.")
    var admin: String?

    @Option(help: "Overrides log.level: trace, debug, info, notice, warning, error or critical.")
    var logLevel: String?

    @Option(help: "Overrides log.format: json or text.")
    var logFormat: String?

    func run() async throws {
        // A check in `validate()` would hide the options that the parser does not know.
        if demo == (config != nil) {
            throw ValidationError(
                "give either --config FILE or --demo; syncgate serve --help has all options"
            )
        }
        ProcessMemory.protect()
        UserSignals.ignore()
        DescriptorLimit.raise()
        let (environment, noticesChanges) = Self.testSwitches
        if let fault = DeterministicHashing.fault(environment) {
            StandardError.write(fault)
            throw ExitStatus.wrongConfiguration
        }
        let emulator = demo ? try await startEmulator() : nil
        let sockets = try Activation.sockets(environment)
        let overrides = overrides(endpoint: emulator?.endpoint) + Activation.overrides(sockets)
        let file = config
        let region = ProfileRegion()
        let read: @Sendable () throws(ConfigurationProblems) -> LoadedConfiguration = {
            () throws(ConfigurationProblems) in
            var loaded = try Configuration.load(file: file, environment: environment, overrides: overrides)
            region.keep(in: &loaded)
            return loaded
        }
        let loaded: LoadedConfiguration
        do {
            loaded = try read()
        } catch {
            StandardError.write("\(error)")
            throw ExitStatus.wrongConfiguration
        }
        var launch = Service.Launch(
            environment: environment,
            credentials: emulator.map { FixedCredentials($0.credentials) },
            build: Version.build,
            reload: read
        )
        launch.file = file
        launch.sockets = sockets
        launch.noticesChanges = noticesChanges
        // Each connection to the emulator has its other end in this process too.
        if emulator != nil { launch.reservedDescriptors = loaded.configuration.upstream.connections }
        let service = try await start(loaded, launch: launch)
        if let emulator {
            DemoBanner(gateway: service.port, admin: service.adminPort, emulator: emulator).show()
        }
        await Lifetime(service: service, environment: environment).run()
        await emulator?.stop()
    }

    /// The environment without test switches, and whether the cache takes notice of changes.
    ///
    /// The cache always does, except in a debug build with the switch. That run must show that the
    /// consistency checker detects a cache without invalidation.
    private static var testSwitches: (environment: [String: String], noticesChanges: Bool) {
        #if DEBUG
            var environment = ProcessInfo.processInfo.environment
            let value = environment.removeValue(forKey: "SYNCGATE_TEST_WITHOUT_INVALIDATION")
            return (environment, value != "1")
        #else
            return (ProcessInfo.processInfo.environment, true)
        #endif
    }

    private func start(_ loaded: LoadedConfiguration, launch: Service.Launch) async throws -> Service {
        do {
            let service = try await Service.start(loaded.configuration, launch: launch)
            for warning in loaded.warnings { service.logger.warning("\(warning)") }
            return service
        } catch {
            StandardError.write("\(error)")
            switch error {
            case .cannotBind: throw ExitStatus.cannotBind
            case .configuration: throw ExitStatus.wrongConfiguration
            case .failed: throw ExitStatus.failed
            }
        }
    }

    private func startEmulator() async throws -> Emulator {
        var options = EmulatorOptions()
        options.demoData = true
        let clock = GatewayClock.system
        do {
            return try await Emulator.start(options: options) { clock.wall() / 1_000_000 }
        } catch {
            StandardError.write("\(error)")
            throw ExitStatus.cannotBind
        }
    }

    private func overrides(endpoint: String?) -> [ConfigurationOverride] {
        let flags: [(key: String, value: String?, flag: String)] = [
            ("upstream.endpoint", endpoint, "--demo"),
            ("listen.address", listen, "--listen"),
            ("admin.address", admin, "--admin"),
            ("log.level", logLevel, "--log-level"),
            ("log.format", logFormat ?? (demo ? "text" : nil), "--log-format"),
        ]
        return flags.compactMap { key, value, flag in
            value.map { ConfigurationOverride(key: key, value: $0, flag: flag) }
        }
    }
}
