import ArgumentParser
import Foundation
import Gateway
import GatewayConfiguration

/// The command that reads a configuration and prints all its problems: `syncgate check --config FILE`.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read a configuration and print all that is wrong with it, with line and column."
    )

    @Option(help: "The configuration file.")
    var config: String?

    @Flag(help: "Print the configuration in force, with secrets redacted.")
    var print = false

    @Flag(help: "Try the configuration against the service too, by reads alone; print the least IAM policy.")
    var live = false

    @Flag(help: "Print the JSON schema of the configuration, for editors.")
    var schema = false

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Tell whether a caller may send an operation: CALLER OPERATION POOL [IDENTITY].",
            discussion:
                "CALLER is a name of callers.list or a candidate; IDENTITY may be own, for one of its token.",
            valueName: "word"
        )
    )
    var can: [String] = []

    @Option(help: "The dataset of --can.")
    var dataset: String?

    @Option(help: "The form of the report: text or json.")
    var format = ReportFormat.text

    func run() async throws {
        if schema {
            Swift.print(Configuration.schema, terminator: "")
            return
        }
        guard let config else { throw ValidationError("no file to check; give --config FILE, or --schema") }
        if live, format == .json { throw ValidationError("--live reports as text; leave out --format json") }
        if dataset != nil, can.isEmpty { throw ValidationError("--dataset is for --can; give both") }
        let question = can.isEmpty ? nil : try question()
        let loaded: LoadedConfiguration
        do {
            loaded = try Configuration.load(file: config, environment: ProcessInfo.processInfo.environment)
        } catch {
            switch format {
            case .json: Swift.print(error.report)
            case .text: StandardError.write("\(error)")
            }
            throw ExitStatus.wrongConfiguration
        }
        if let question { return try decide(question, by: loaded.configuration) }
        if format == .json, !print {
            Swift.print(loaded.report)
            return
        }
        for warning in loaded.warnings { StandardError.write("warning: \(warning)") }
        Swift.print(
            print ? loaded.configuration.redactedYAML : "\(config): fine",
            terminator: print ? "" : "\n"
        )
        if live { try await tryLive(loaded.configuration) }
    }

    /// Prints the findings of the check against the service; a failed one makes the exit code 1.
    private func tryLive(_ configuration: Configuration) async throws {
        let check = LiveCheck(
            configuration,
            launch: Service.Launch(environment: ProcessInfo.processInfo.environment),
            securityTokenService: LiveCheck.securityTokenService(configuration)
        )
        let report = await check.run()
        Swift.print(report.text)
        guard report.isFine else { throw ExitStatus.failed }
    }
}

/// The form of a report, for people or for programs.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

/// The standard error stream, for errors and warnings.
enum StandardError {
    /// Writes a line.
    static func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }
}
