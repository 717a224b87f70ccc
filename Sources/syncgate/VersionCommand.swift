import ArgumentParser
import Gateway
import Telemetry

/// The command that prints the version of the program: `syncgate version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

    func run() { print(Version.line) }
}

/// The version of the program.
enum Version {
    static let build = BuildInformation(version: "0.1.0")

    static var line: String { "syncgate \(build.version) (revision \(build.revision), Swift \(build.swift))" }
}
