import ArgumentParser
import Foundation
import Gateway
import GatewayConfiguration

/// The command that reads a configuration and prints all its problems: `syncgate check --config FILE`.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read a configuration and print all that is wrong with it, with line and column."
    )

    @Option(help: "The configuration file.")
    var config: String

    @Flag(help: "Print the configuration in force, with secrets redacted.")
    var print = false

    func run() throws {
        let loaded: LoadedConfiguration
        do {
            loaded = try Configuration.load(file: config, environment: ProcessInfo.processInfo.environment)
        } catch {
            StandardError.write("\(error)")
            throw ExitStatus.wrongConfiguration
        }
        for warning in loaded.warnings { StandardError.write("warning: \(warning)") }
        Swift.print(
            print ? loaded.configuration.redactedYAML : "\(config): fine",
            terminator: print ? "" : "\n"
        )
    }
}

/// The standard error stream, for errors and warnings.
enum StandardError {
    /// Writes a line.
    static func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }
}
